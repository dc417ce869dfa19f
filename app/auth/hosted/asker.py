"""The application that asks, as a person may see it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from app.auth.clients import registry
from app.foundation import words


class Asker(NamedTuple):
    """Its name, the host where the answer goes, and its own papers (OIDC Registration §2)."""

    name: str
    host: str | None
    home: str | None
    logo: str | None
    terms: str | None
    privacy: str | None


def of(client_id, address=None):
    """Return the :class:`Asker` that is the client ``client_id``, or None without one.

    address: where the answer goes. What the client says of itself is shown in the person's
    language where it can; its links only when they are http(s), its logo only from our own
    origin (B-05).
    """
    client = registry.find(client_id) if client_id else None
    if client is None:
        return None
    spoken = words.locale()
    logo = client.localized("logo_uri", spoken)
    return Asker(
        name=client.localized("client_name", spoken) or client.client_id,
        host=urlsplit(address).netloc if _link(address) else None,
        home=_link(client.localized("client_uri", spoken)),
        logo=logo if logo and logo.startswith(f"{current_app.config['ISSUER']}/") else None,
        terms=_link(client.localized("tos_uri", spoken)),
        privacy=_link(client.localized("policy_uri", spoken)),
    )


def _link(address):
    return address if address and urlsplit(address).scheme in {"http", "https"} else None
