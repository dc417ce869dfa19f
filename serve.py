"""Serve a house until told to stop, and stop without a failed request.

``python serve.py auth`` (``bank``, ``both``) starts granian as the settings say; ``python serve.py
-- gunicorn 'wsgi:auth()'`` another server. At SIGTERM it is for ``DRAIN_SECONDS`` not ready
(``/health/ready`` answers 503) but answers everything, so that whoever balances sends nobody more;
then the server closes its doors and ends what is under way, in ``STOP_SECONDS`` at most. SIGHUP is
passed on: granian and gunicorn then replace their processes one by one.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import config

HOUSES = ("auth", "bank", "both")
LAST_SECONDS = 5  # for a server that killed its own processes to say so


def command(factory, settings, port, stop_seconds):
    """Return the command that serves ``factory`` (of :mod:`wsgi`) by granian on ``port``."""
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", factory]
    server += ["--host", settings.HOST, "--port", str(port)]
    server += ["--workers", str(settings.WEB_WORKERS)]
    server += ["--blocking-threads", str(settings.WEB_THREADS)]
    server += ["--http", "1", "--no-ws", "--http1-buffer-size", str(32 * 1024)]
    server += ["--respawn-failed-workers", "--respawn-interval", "0.2"]
    # Upstream: without the time-out, granian told to stop while a worker loads never does.
    return [*server, "--workers-kill-timeout", str(stop_seconds), "--log-level", "warning"]


def main(arguments):
    """Serve, drain, stop. Return the exit status."""
    settings = config.load(config.Common)
    if arguments[:1] == ["--"] and len(arguments) > 1:
        server = arguments[1:]
    elif len(arguments) == 1 and arguments[0] in HOUSES:
        server = command(f"wsgi:{arguments[0]}", settings, settings.PORT, settings.STOP_SECONDS)
    else:
        sys.exit(f"usage: python serve.py {'|'.join(HOUSES)}, or: python serve.py -- COMMAND …")
    with tempfile.TemporaryDirectory(prefix="portaria-") as folder:
        drain = Path(settings.DRAIN_FILE or f"{folder}/draining")
        drain.unlink(missing_ok=True)
        told = {"PROMETHEUS_MULTIPROC_DIR": folder, "MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
        child = subprocess.Popen(server, env=told | os.environ | {"DRAIN_FILE": str(drain)})
        status = _attend(child, drain, settings)
        drain.unlink(missing_ok=True)
        return status


def _attend(child, drain, settings):
    asked = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: asked.set())
    signal.signal(signal.SIGHUP, lambda *_: child.send_signal(signal.SIGHUP))
    while not asked.wait(0.2):
        if child.poll() is not None:
            return child.returncode or 1  # nobody asked it to
    asked.clear()
    drain.touch()
    asked.wait(settings.DRAIN_SECONDS)  # or until somebody asks again
    child.terminate()
    try:
        child.wait(settings.STOP_SECONDS + LAST_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
