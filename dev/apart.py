"""Where everything is when it runs apart (``make run SPLIT=1``): each service behind its own port.

The authorization server has ``PORT``; the rooms of the bank, what is in front of them, and the demo
have those after it.
"""

import os
import sys

from dev import cast, secrets_file

ROOMS = ("wallet", "payments", "atm", "reports")


def wanted():
    """Shall each service be a process of its own?"""
    return os.environ.get("SPLIT", "") not in {"", "0"}


def addresses(settings):
    """Return every service's address, by its name."""
    names = ("auth", *ROOMS, "bank", "demo")
    return {name: f"http://localhost:{settings.PORT + at}" for at, name in enumerate(names)}


def ports(settings):
    """Return the ports it takes."""
    return [int(address.rpartition(":")[2]) for address in addresses(settings).values()]


def environment(settings):
    """Return the settings by which they find each other (dict)."""
    at = addresses(settings)
    return {
        "ISSUER": settings.ISSUER,
        "BANK_AUDIENCE": f"{at['bank']}/bank",
        "BANK_URL": at["bank"],
        "BANK_KEYS_URL": f"{at['wallet']}/bank/jwks",
        "WEB_WORKERS": os.environ.get("WEB_WORKERS", "1"),  # there are five servers already
    }


def companions(settings):
    """Return what stands beside the services, as commands: the way in to the bank, and the demo."""
    at = addresses(settings)
    rooms = [f"{room}={at[room]}" for room in ROOMS]
    secrets = secrets_file.read()
    known = ["--client-id", cast.demo_client_id(at["demo"]), "--payee", secrets["DEMO_PAYEE"]]
    where = ["--port", _port(at["demo"]), "--issuer", settings.ISSUER, "--bank", at["bank"]]
    python = [sys.executable, "-m"]
    return [
        [*python, "dev.gateway", _port(at["bank"]), *rooms],
        [*python, "dev.demo", *where, *known],
    ]


def told(settings):
    """Say where everything is."""
    lines = [f"  {name:<13}{address}" for name, address in addresses(settings).items()]
    return "\n  Each service is a process of its own:\n\n" + "\n".join(lines) + "\n"


def _port(address):
    return address.rpartition(":")[2]
