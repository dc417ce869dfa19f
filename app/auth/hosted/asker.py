"""The application that asks, as a person may see it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from app.auth.clients import registry
from app.auth.clients.linked import logos
from app.foundation import words


class Asker(NamedTuple):
    """Its name, the host where the answer goes, and its own papers (OIDC Registration §2)."""

    name: str
    host: str | None
    home: str | None
    logo: str | None
    terms: str | None
    privacy: str | None
    verified: bool  # somebody of ours knows whose it is; else it only says so itself (C-08)


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
    return Asker(
        name=client.localized("client_name", spoken) or client.client_id,
        host=urlsplit(address).netloc if _link(address) else None,
        home=_home(client, spoken),
        logo=_logo(client, spoken),
        terms=_link(client.localized("tos_uri", spoken)),
        privacy=_link(client.localized("policy_uri", spoken)),
        verified=client.verified,
    )


def _home(client, spoken):
    """Where to begin with it again: by way of our own page where it has such an address."""
    if client.initiate_login_uri:
        return f"/start/{client.client_id}"
    return _link(client.localized("client_uri", spoken))


def _logo(client, spoken):
    """Where its logo lies here; its own address is never shown to a browser."""
    if not client.localized("logo_uri", spoken):
        return None
    kept = logos.of(client.client_id)
    fingerprint = kept.get(f"logo_uri#{spoken}") or kept.get("logo_uri")
    return fingerprint and f"/logos/{fingerprint}"


def _link(address):
    return address if address and urlsplit(address).scheme in {"http", "https"} else None
