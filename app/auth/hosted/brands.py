"""Whose brand a page wears: its name, its colours, its logo (UX §3.1).

A journey's pages wear that of the institution whose app asks; one's own pages that of the one
institution a person belongs to. Everything else, and every error, is the house's.
"""

from typing import NamedTuple

from flask import current_app, g, url_for

from app.auth.clients import registry as clients
from app.auth.institutions import members, registry


class Brand(NamedTuple):
    """What a page is told of a brand. sheet, logo: addresses here; None: the house's own."""

    name: str
    sheet: str | None = None
    logo: str | None = None


def worn():
    """Return the :class:`Brand` of this request's page."""
    record = g.get("institution")
    if record is None:
        return Brand(current_app.config["BRAND_NAME"])
    sheet = record.sheet and url_for("branding.sheet", code=record.code, v=record.fingerprint)
    logo = record.logo and url_for("logos.show", fingerprint=record.logo)
    return Brand(record.name, sheet, logo)


def of_client(client_id):
    """Wear the brand of the institution that a client belongs to, if it does to any."""
    _wear(clients.institution_of(client_id))


def of_person(here):
    """Wear the brand of the institution of who is here (a Presence), when they have just one."""
    read = here.institutions
    codes = members.codes(here.user_id) if read is None else read.split(",")
    _wear(codes[0] if len(codes) == 1 else None)


def _wear(code):
    g.institution = registry.find(code) if code else None
