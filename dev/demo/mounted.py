"""Cofrinho under the same roof as the server, for ``make run``: ``/demo`` in development.

It still speaks HTTP: its requests go to the roof within the process, because a server that called
itself over the network would starve its own threads.
"""

from pathlib import Path

import httpx

import config
from dev.demo import steps
from dev.demo.app import create_app


class Settings(config.Common):
    """What the demo needs beside the issuer; without a secret it is not opened."""

    DEMO_CLIENT_ID: str = "cofrinho"
    DEMO_CLIENT_SECRET: str = ""
    DEMO_PAYEE: str = ""  # the sub that the small transfer goes to


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
        shelf=Path("instance") / "demo.sqlite3",
    )
    roof.add("demo", demo)


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
