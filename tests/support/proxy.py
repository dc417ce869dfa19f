"""nginx with the configuration of ``deploy/``, on free ports, in front of hosts of a test."""

import datetime
import re
import shutil
import signal
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import services

CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx"


class Nginx:
    """One nginx in ``folder``, whose ``auth`` and ``bank`` are lists of host:port."""

    def __init__(self, folder, auth, bank=()):
        self.folder = Path(folder)
        self.port = services.free_port()
        self.url = f"https://localhost:{self.port}"
        self.upstream = self.folder / "auth.upstream"
        self.certificate = self.folder / "tls/portaria.crt"
        for name in ("run", "logs", "tls", "temp"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        _certify(self.certificate, self.folder / "tls/portaria.key")
        written = (CONFIGURATION / "nginx.conf").read_text()
        written = written.replace("listen 80;", f"listen {services.free_port()};")
        written = written.replace("listen 443 ssl", f"listen {self.port} ssl")
        (self.folder / "nginx.conf").write_text(written)
        line = re.search(r"server \S+(.*;)", (CONFIGURATION / "auth.upstream").read_text())[1]
        for name, hosts in (("auth", auth), ("bank", bank or auth)):
            lines = [f"server {host}{line}\n" for host in hosts]
            (self.folder / f"{name}.upstream").write_text("".join(lines))
        self.command = [_found(), "-p", f"{self.folder}/", "-c", "nginx.conf"]
        self._process = None

    def test(self):
        """Return what ``nginx -t`` says of the configuration, and its exit status."""
        done = subprocess.run(
            [*self.command, "-t"], capture_output=True, text=True, check=False, timeout=30
        )
        return done.stderr, done.returncode

    def start(self):
        """Start it and return when it takes connections."""
        self._process = subprocess.Popen(
            [*self.command, "-g", "daemon off;"],
            stdin=subprocess.DEVNULL,
            preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
        )
        services.wait_for(lambda: services.answers(self.port), "nginx")

    def stop(self):
        """Stop it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)


def _found():
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise services.Missing("no nginx here; on Debian: apt-get install nginx")
    return program


def _certify(certificate, key):
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(made, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    certificate.write_bytes(built.public_bytes(pem))
    kind = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(made.private_bytes(pem, *kind))
