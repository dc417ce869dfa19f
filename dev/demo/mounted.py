"""Cofrinho under the same roof as the server, for ``make run``: ``/demo`` in development.

It still speaks HTTP: its requests go to the roof within the process, because a server that called
itself over the network would starve its own threads.
"""

import sys
from pathlib import Path

import httpx

import config
from dev.demo import steps
from dev.demo.app import create_app
from dev.demo.money.machine import Named, published


class Settings(config.Common):
    """What the demo needs beside the issuer; without a secret it is not opened."""

    DEMO_CLIENT_ID: str = "cofrinho"
    DEMO_CLIENT_SECRET: str = ""
    DEMO_PAYEE: str = ""  # the sub that the small transfer goes to
    DEMO_FRIEND: str = ""  # who is paid with an approval, by any name the bank knows
    DEMO_MACHINE_CLIENT_ID: str = ""  # the cash machine's client; without a key there is none
    DEMO_MACHINE_KEY: str = ""  # its private key: PEM on one line, \n for each end of line
    DEMO_MACHINE_TERMINAL: str = ""


def mount(roof):
    """Open ``/demo`` on ``roof`` when the settings name the demo's client."""
    settings = config.load(Settings)
    if not settings.DEMO_CLIENT_SECRET:
        return
    demo = create_app(
        settings.ISSUER,
        settings.ISSUER,
        settings.DEMO_CLIENT_ID,
        settings.DEMO_CLIENT_SECRET,
        settings.ISSUER + "/demo/callback",
        transport=httpx.WSGITransport(app=roof),
        payee=settings.DEMO_PAYEE,
        friend=settings.DEMO_FRIEND,
        machine=_machine(settings),
        operator=(sys.executable, "-m", "flask", "--app", "wsgi:auth"),
        shelf=Path("instance") / "demo.sqlite3",
    )
    roof.add("demo", demo)


def _machine(settings):
    if not settings.DEMO_MACHINE_KEY:
        return None
    key = settings.DEMO_MACHINE_KEY.replace("\\n", "\n")
    return Named(settings.DEMO_MACHINE_CLIENT_ID, key, settings.DEMO_MACHINE_TERMINAL)


def machine_keys(setting):
    """Return the key set to register for the cash machine whose ``DEMO_MACHINE_KEY`` it is."""
    return published(setting.replace("\\n", "\n"))


def metadata(origin):
    """Return the demo's description, to be registered (RFC 7591): it lives at ``origin``/demo."""
    return {
        "client_name": "Cofrinho",
        "redirect_uris": [origin + "/demo/callback"],
        "post_logout_redirect_uris": [origin + "/demo/"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": steps.SCOPE,
    }
