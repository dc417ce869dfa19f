"""Register and disable clients; every door and command comes through here."""

import json

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.clients import metadata, registry
from app.auth.clients.models import Client, ClientSecret
from app.auth.database import db
from app.foundation import clock, digests, ids
from app.foundation.problems import NotFound, Problem


class Taken(Problem):
    """Another client has this ``client_id``."""

    code = "client_id_taken"
    status = 409
    description = "Another client has this client_id."


def register(given, *, scopes, client_id=None, client_secret=None):
    """Register what ``given`` (RFC 7591 metadata, dict) describes; return the RFC 7591 answer.

    The secret is in the answer and nowhere else: only its digest is kept. ``client_id`` and
    ``client_secret`` (at least 32 characters) set them instead of drawing them.

    Raises InvalidMetadata, InvalidRedirectUri, Taken.
    """
    described = metadata.check(given, scopes)
    client_id = client_id or ids.new("cli")
    if len(client_id) > 200 or not client_id.isascii() or not client_id.isprintable():
        raise metadata.InvalidMetadata("client_id must be printable ASCII of at most 200.")
    client = _add(client_id, described)
    trail.record(events.CLIENT_REGISTERED, actor=events.OPERATOR, subject=client_id)
    answer = described | {"client_id": client_id}
    answer["client_id_issued_at"] = int(client.created_at.timestamp())
    if described["token_endpoint_auth_method"] != "none":
        secret = client_secret or ids.secret()
        if len(secret) < 32 or not secret.isprintable():
            raise metadata.InvalidMetadata("client_secret must have at least 32 characters.")
        db.session.add(ClientSecret(client_id=client_id, value_digest=digests.of(secret)))
        answer |= {"client_secret": secret, "client_secret_expires_at": 0}
    return answer


def _add(client_id, described):
    client = Client(id=client_id, described=json.dumps(described))
    try:
        with db.session.begin_nested():
            db.session.add(client)
    except IntegrityError:
        raise Taken from None
    return client


def listed():
    """Return every client, newest first."""
    return db.session.scalars(select(Client).order_by(Client.created_at.desc(), Client.id)).all()


def get(client_id):
    """Return the client of that id. Raises NotFound."""
    client = db.session.get(Client, client_id)
    if client is None:
        raise NotFound("There is no such client.")
    return client


def disable(client_id):
    """Switch a client off; what it holds is ended by whoever calls (`flows`). Raises NotFound."""
    client = get(client_id)
    if client.disabled_at is None:
        client.disabled_at = client.updated_at = clock.now()
        trail.record(events.CLIENT_DISABLED, actor=events.OPERATOR, subject=client_id)
    registry.forget(client_id)
