"""Serve both houses and their workers here until Ctrl-C; the second half of ``make run``."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import config
import serve
from dev import apart, cast, prepared, secrets_file

PATIENCE = 30  # seconds for the server to answer
METRICS = Path("instance") / "metrics"


class Stopped(Exception):
    """Somebody wants us to end."""


def main():
    """Prepare, start, tell, wait, stop. Return the exit status."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    children = []
    try:
        secrets_file.complete()
        settings = _placed()
        taken = _reason_not_to(settings)
        if taken:
            print(taken, file=sys.stderr)
            return 1
        if apart.wanted():
            demo = apart.addresses(settings)["demo"]
            subprocess.run([sys.executable, "-m", "dev.prepare", demo], check=True)
        elif not prepared.is_everything(settings.ISSUER):
            subprocess.run([sys.executable, "-m", "dev.prepare"], check=True)
        _start(settings, children)
        print(_told(settings), flush=True)
        return _watch(children)
    except Stopped:
        return 0
    except subprocess.CalledProcessError:
        return 1
    finally:
        _end(children)


def _stop(*_):
    raise Stopped


def _placed():
    """The settings, once every process that is started here knows where the others are."""
    settings = config.Auth()
    if apart.wanted():
        os.environ |= apart.environment(settings)
    return config.Auth()


def _reason_not_to(settings):
    """Say politely that a port is taken: the server itself would share it without a word."""
    for port in apart.ports(settings) if apart.wanted() else [settings.PORT]:
        with socket.socket(socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((settings.HOST, port))
            except OSError as error:
                return (
                    f"Port {port} of {settings.HOST} cannot be used: {error.strerror}.\n"
                    f"Stop what is there, or choose another: PORT={port + 1} make run"
                )
    return None


def _start(settings, children):
    """Start the server and, once it answers, the workers: so the answer comes sooner."""
    shutil.rmtree(METRICS, ignore_errors=True)
    METRICS.mkdir()
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(METRICS.absolute()),
        "LOG_FORMAT": os.environ.get("LOG_FORMAT", "pretty"),
        "MALLOC_MMAP_THRESHOLD_": os.environ.get("MALLOC_MMAP_THRESHOLD_", str(1 << 20)),
        "DEMO_CLIENT_ID": cast.demo_client_id(settings.ISSUER),
    }
    environment |= _provider(environment, children)
    if apart.wanted():
        _start_apart(settings, environment, children)
    else:
        _serve("wsgi:both", settings, settings.PORT, environment, children)
        _wait_until_ready(settings, settings.PORT, children)
    for house in ("auth", "bank"):
        worker = [sys.executable, "-m", "flask", "--app", f"wsgi:{house}", "worker"]
        children.append(subprocess.Popen(worker, env=environment))


def _serve(factory, settings, port, environment, children):
    """Start a server of ``factory`` on ``port``."""
    server = serve.command(factory, settings, port, stop_seconds=2)
    children.append(subprocess.Popen(server, env=environment))


def _start_apart(settings, environment, children):
    """Start the authorization server, each room of the bank, and what stands beside them."""
    ports = apart.ports(settings)
    _serve("wsgi:auth", settings, ports[0], environment, children)
    for room, port in zip(apart.ROOMS, ports[1:], strict=False):
        rooms = environment | {"BANK_ROOMS": room}
        _serve("wsgi:bank", settings, port, rooms, children)
    for command in apart.companions(settings):
        known = {"DEMO_CLIENT_SECRET": secrets_file.read()["DEMO_CLIENT_SECRET"]}
        children.append(subprocess.Popen(command, env=environment | known))
    for port in ports[: 1 + len(apart.ROOMS)]:
        _wait_until_ready(settings, port, children)


def _provider(environment, children):
    """Start the simulated provider of payments, unless there is another; return where it is."""
    if config.Bank().PROVIDER_URL:
        return {}
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = str(door.getsockname()[1])
    simulated = [sys.executable, "-m", "dev.provider", port, "instance/provider.sqlite3"]
    token = {"PROVIDER_TOKEN": secrets_file.read()["PROVIDER_TOKEN"]}
    children.append(subprocess.Popen(simulated, env=environment | token))
    return {"PROVIDER_URL": f"http://127.0.0.1:{port}"} | token


def _wait_until_ready(settings, port, children):
    until = time.monotonic() + PATIENCE * (len(apart.ROOMS) if apart.wanted() else 1)
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            break
        try:
            with urlopen(f"http://{settings.HOST}:{port}/health/ready", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    sys.exit("The server did not start; why is above.")


def _watch(children):
    """Wait for the end; a child that ends by itself ends all, so nothing runs half.

    Apart, the others go on without it (S8).
    """
    while children:
        ended = [child for child in children if child.poll() is not None]
        for child in ended:
            children.remove(child)
            print(f"It ended by itself: {' '.join(map(str, child.args[1:]))}", file=sys.stderr)
        if ended and not apart.wanted():
            print("Stopping the others.", file=sys.stderr)
            return 1
        time.sleep(0.2)
    return 1


def _end(children):
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _told(settings):
    admin = f"{settings.ADMIN_USERNAME} / {settings.ADMIN_PASSWORD}"
    demo = apart.addresses(settings)["demo"] if apart.wanted() else settings.ISSUER
    services = apart.told(settings) if apart.wanted() else ""
    return f"""
  Portaria runs at {settings.ISSUER}
{services}
  try it        {demo}/demo
  your account  {settings.ISSUER}/account
  mailbox       {settings.ISSUER}/dev/mailbox   (mail and SMS to anybody)
  API           {settings.ISSUER}/docs
  metadata      {settings.ISSUER}/.well-known/openid-configuration

  demo person    {cast.PERSON["email"]} / {cast.PASSWORD}   (R$ 5.000,00 in the wallet)
  administrator  {admin}   (asked for a new password at the first sign-in)

  Ctrl-C stops everything. What it keeps is in instance/.
"""


if __name__ == "__main__":
    sys.exit(main())
