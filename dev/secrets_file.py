"""``instance/settings.env``: the secrets of this machine's own server, drawn once."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.foundation import ids, sealing

FILE = Path("instance") / "settings.env"
FIXED = {
    "APP_ENV": "development",
    "BANK_CLIENT_ID": "bank",
    "PUSH_CONTACT": "mailto:operator@portaria.example",
}


def _key_on_a_line():
    """A key to sign with: for notices on devices, for the demo's cash machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode().strip().replace("\n", "\\n")


DRAWN = {
    "SEALING_KEYS": lambda: f"local:{sealing.new_key()}",
    "BANK_CLIENT_SECRET": ids.secret,
    "DEMO_CLIENT_SECRET": ids.secret,
    "PROVIDER_TOKEN": ids.secret,
    "PUSH_VAPID_PRIVATE_KEY": _key_on_a_line,
    "DEMO_MACHINE_KEY": _key_on_a_line,
}
HEADER = (
    "# Written by `make run`; readable by its owner alone. Commands read it as the server does.\n"
)


def complete():
    """See that the file names everything; return what it says. What is there stays."""
    known = read()
    values = FIXED | {name: draw() for name, draw in DRAWN.items() if name not in known} | known
    if values != known:
        write(values)
    return values


def read():
    """Return what the file says, a dict."""
    if not FILE.exists():
        return {}
    lines = (line.partition("=") for line in FILE.read_text().splitlines() if line[:1] != "#")
    return {name: value for name, sign, value in lines if sign}


def write(values):
    """Write the file anew, readable by its owner alone."""
    FILE.parent.mkdir(mode=0o700, exist_ok=True)
    content = HEADER + "".join(f"{name}={value}\n" for name, value in values.items())
    fresh = FILE.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    fresh.replace(FILE)
