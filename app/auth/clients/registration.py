"""Register, change, switch off and remove clients; every door and command comes through here.

What must be fetched first, and what ends with a client, is `flows`' to see to.
"""

import json
from types import MappingProxyType

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.clients import credentials, keys, members, metadata, registry
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.institutions import registry as institutions
from app.foundation import clock, ids
from app.foundation.problems import NotFound, Problem

_METHOD = "token_endpoint_auth_method"


class Taken(Problem):
    """Another client has this ``client_id``."""

    code = "client_id_taken"
    status = 409
    description = "Another client has this client_id."


class ChangedMeanwhile(Problem):
    """Somebody changed the client since whoever asks last looked at it."""

    code = "invalid_request"
    status = 409
    key = "admin.changed_meanwhile"
    description = "The client was changed meanwhile; read it again."


def described(given, scopes, *, own=False, kept=MappingProxyType({})):
    """Return what would be registered for ``given``; see :func:`metadata.check`.

    A client that describes itself uses PKCE unless the settings let a confidential one do without
    (`decisions.md` §4). Raises InvalidMetadata and its kind.
    """
    if own and isinstance(given, dict):
        relaxed = current_app.config["PKCE_REQUIRED"] == "public"
        if given.get("require_pkce") is False and not relaxed:
            raise metadata.InvalidMetadata("require_pkce must be true.", member="require_pkce")
        given = {"require_pkce": not relaxed or _is_public(given)} | given
    description = metadata.check(given, scopes, own=own, kept=kept)
    if "jwks" in description:
        keys.check(description["jwks"])
    institution = description.get("institution")
    if institution is not None and institutions.find(institution) is None:
        raise metadata.InvalidMetadata(
            "institution names none that is known here.", member="institution", rule="choice"
        )
    return description


def add(description, *, by, client_id=None, client_secret=None, verified=True):
    """Keep a checked ``description`` as a new client; return the RFC 7591 answer (§3.2.1).

    by: who registers it, for the record; verified: somebody of ours knows it. The secret is in the
    answer and nowhere else: only its digest is kept.

    Raises InvalidMetadata: when ``client_id`` or ``client_secret`` cannot be. Raises Taken.
    """
    client_id = client_id or ids.new("cli")
    if len(client_id) > 200 or not client_id.isascii() or not client_id.isprintable():
        raise metadata.InvalidMetadata("client_id must be printable ASCII of at most 200.")
    now = clock.now()
    client = Client(
        id=client_id, registered_by=by, created_at=now, verified_at=now if verified else None
    )
    _describe(client, description)
    try:
        with db.session.begin_nested():
            db.session.add(client)
    except IntegrityError:
        raise Taken from None
    trail.record(events.CLIENT_REGISTERED, actor=by, subject=client_id)
    return answer(client) | _first_secret(client, description, client_secret)


def change(client_id, description, *, by, own=False, seen=None):
    """Replace a client's description by a checked one; return the answer (RFC 7592 §2.2).

    A secret is in the answer only when the client has just come to need its first. A client that
    describes itself cannot cease to authenticate (C-07), and is no longer vouched for when it shows
    people, or sends them to, something else than was looked at (C-08).

    seen: its ``updated_at`` when whoever changes it looked. Raises NotFound, InvalidMetadata.
    Raises ChangedMeanwhile: when it is another by now.
    """
    client = held(client_id)
    if seen is not None and client.updated_at != seen:
        raise ChangedMeanwhile
    stood = json.loads(client.described)
    before, method = stood[_METHOD], description[_METHOD]
    if own and method == "none" != before:
        raise metadata.InvalidMetadata(f"{_METHOD} cannot become none.", member=_METHOD)
    if own and _shown(description) != _shown(stood):
        client.verified_at = None
    _describe(client, description)
    told = answer(client)
    if not credentials.uses_secret(method):
        credentials.forget_secrets(client_id)
    elif not credentials.uses_secret(before):
        told |= _first_secret(client, description, None)
    data = _difference(stood, description)
    trail.record(events.CLIENT_CHANGED, actor=by, subject=client_id, data=data)
    registry.forget(client_id)
    return told


def answer(client):
    """Return what is told of a client (RFC 7591 §3.2.1), its secret aside."""
    described = json.loads(client.described)
    issued = {"client_id": client.id, "client_id_issued_at": int(client.created_at.timestamp())}
    return described | issued


def get(client_id):
    """Return the client of that id. Raises NotFound."""
    client = db.session.get(Client, client_id)
    if client is None:
        raise NotFound("There is no such client.")
    return client


def held(client_id):
    """Return the client as it is now, unchanged by anyone else until this is done.

    Raises NotFound.
    """
    mine = select(Client).where(Client.id == client_id).with_for_update()
    client = db.session.scalar(mine.execution_options(populate_existing=True))
    if client is None:
        raise NotFound("There is no such client.")
    return client


def disable(client_id, *, by=events.OPERATOR):
    """Switch a client off; what it holds is ended by whoever calls (`flows`). Raises NotFound."""
    _mark(client_id, "disabled_at", clock.now(), events.CLIENT_DISABLED, by)


def enable(client_id, *, by=events.OPERATOR):
    """Switch a client on again; what ended with it stays ended. Raises NotFound."""
    _mark(client_id, "disabled_at", None, events.CLIENT_ENABLED, by)


def verify(client_id, *, by=events.OPERATOR):
    """Say that we know whose client this is: pages no longer warn of it. Raises NotFound."""
    _mark(client_id, "verified_at", clock.now(), events.CLIENT_VERIFIED, by)


def held_with_secret(client_id):
    """As :func:`held`. Raises NotFound, InvalidMetadata: when it authenticates otherwise."""
    client = held(client_id)
    if not credentials.uses_secret(json.loads(client.described)[_METHOD]):
        raise metadata.InvalidMetadata("This client has no secret; it authenticates otherwise.")
    return client


def remove(client_id, *, by=events.OPERATOR):
    """Delete a client, its secrets and what people allowed it; the record stays. Raises NotFound.

    Its tokens are ended by whoever calls (`flows`).
    """
    held(client_id)
    db.session.execute(delete(Client).where(Client.id == client_id))
    trail.record(events.CLIENT_DELETED, actor=by, subject=client_id)
    registry.forget(client_id)


def _difference(before, after):
    """What the record tells of a change: the members that differ, and what stood and stands there.

    Of ``contacts`` and ``jwks`` their names alone: people's addresses, and what is long.
    """
    changed = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
    told = [name for name in changed if name not in {"contacts", "jwks"}]
    return {"changed": changed} | {
        side: {name: described[name] for name in told if name in described}
        for side, described in (("before", before), ("after", after))
    }


def _describe(client, description):
    client.described = json.dumps(description)
    client.name_folded = (description.get("client_name") or client.id).casefold()
    people = {members.CODE, members.DEVICE} & set(description["grant_types"])
    client.application_type = description["application_type"] if people else "service"
    client.institution = description.get("institution")
    client.updated_at = clock.now()


def _first_secret(client, description, chosen):
    if not credentials.uses_secret(description[_METHOD]):
        return {}
    return {
        "client_secret": credentials.add_secret(client.id, chosen),
        "client_secret_expires_at": 0,
    }


def _mark(client_id, column, moment, event, by):
    client = held(client_id)
    if (getattr(client, column) is None) != (moment is None):
        setattr(client, column, moment)
        client.updated_at = clock.now()
        trail.record(event, actor=by, subject=client_id)
    registry.forget(client_id)


def _shown(described):
    return {n: v for n, v in described.items() if n.partition("#")[0] in members.SHOWN}


def _is_public(given):
    return given.get(_METHOD) == "none"
