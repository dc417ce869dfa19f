"""Logos: fetched once, kept, and served from our own origin (`decisions.md` §11).

A browser that showed one from its own address would tell that address who signs in where. A logo
that cannot be had keeps nobody from registering: pages show the app's initial instead.
"""

import hashlib
from typing import NamedTuple

from sqlalchemy import delete, select

from app.auth.clients.models import ClientLogo
from app.auth.database import db
from app.foundation import clock, database, fetch, pictures
from app.foundation.logs import log

MOST_LOGOS = 5  # of one client: one a language
SECONDS = 3  # for all of them


class Logo(NamedTuple):
    """A picture as it came. member: ``logo_uri``, or with a language ``logo_uri#en``."""

    member: str
    uri: str
    media_type: str
    content: bytes


def asked(description):
    """Return the addresses of a client's logos by member (dict)."""
    named = {n: uri for n, uri in description.items() if n.partition("#")[0] == "logo_uri"}
    return dict(sorted(named.items())[:MOST_LOGOS])


def fetch_new(description, client_id=None):
    """Return the logos of ``description`` that the client does not have yet, as :class:`Logo`.

    One that cannot be had is logged and left out. Nothing may have been written before.
    """
    have = _kept(client_id) if client_id else {}
    database.let_go(db)  # no connection waits for somebody else's server
    until = clock.ticks() + SECONDS
    wanted = [pair for pair in asked(description).items() if have.get(pair[0]) != pair[1]]
    return [logo for member, uri in wanted if (logo := _fetched(member, uri, until))]


def keep(client_id, description, fetched):
    """Keep the ``fetched`` logos of a client, and drop those it no longer names."""
    named = asked(description)
    for member, uri in _kept(client_id).items():
        if named.get(member) != uri:
            gone = (ClientLogo.client_id == client_id) & (ClientLogo.member == member)
            db.session.execute(delete(ClientLogo).where(gone))
    for logo in fetched:
        fingerprint = hashlib.sha256(logo.content).hexdigest()[:32]
        db.session.add(ClientLogo(client_id=client_id, fingerprint=fingerprint, **logo._asdict()))


def of(client_id):
    """Return the fingerprints of a client's logos by member (dict)."""
    mine = select(ClientLogo.member, ClientLogo.fingerprint)
    return dict(db.session.execute(mine.where(ClientLogo.client_id == client_id)).all())


def find(fingerprint):
    """Return the media type and content of a logo, or None."""
    same = select(ClientLogo.media_type, ClientLogo.content)
    return db.session.execute(same.where(ClientLogo.fingerprint == fingerprint).limit(1)).first()


def _kept(client_id):
    mine = select(ClientLogo.member, ClientLogo.uri).where(ClientLogo.client_id == client_id)
    return dict(db.session.execute(mine).all())


def _fetched(member, uri, until):
    left = until - clock.ticks()
    if left <= 0:
        return None
    try:
        got = fetch.get(uri, most=pictures.MOST_BYTES, accept=tuple(pictures.SIGNS), seconds=left)
    except fetch.Failed as failed:
        log.info("no logo", member=member, reason=failed.reason)
        return None
    if not pictures.is_a(got.media_type, got.body):
        log.info("no logo", member=member, reason="not what it says it is")
        return None
    return Logo(member, uri, got.media_type, got.body)
