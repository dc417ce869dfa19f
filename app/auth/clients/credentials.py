"""What a client shows to be believed: its secret, and its registration access token.

Each is shown once, when it is made; only digests are kept (C-10).
"""

from datetime import timedelta

from sqlalchemy import delete, select, update

from app.auth.audit import events, trail
from app.auth.clients import metadata, registry
from app.auth.clients.models import ClientSecret
from app.auth.database import db
from app.foundation import clock, digests, ids
from app.foundation.problems import Problem

SHORTEST = 32  # characters of a chosen secret

_NOBODYS = bytes(32)  # compared with where there is nothing to compare with


class WrongToken(Problem):
    """The bearer token opens nothing here; the same words whatever is wrong (RFC 6750 §3.1)."""

    code = "invalid_token"
    status = 401
    description = "The access token is missing, wrong, expired or used up."


def uses_secret(method):
    """Does a client of this ``token_endpoint_auth_method`` have a secret?"""
    return method in {"client_secret_basic", "client_secret_post"}


def add_secret(client_id, chosen=None):
    """Give a client a secret beside those it has; return it, this once.

    chosen: of at least 32 printable characters, instead of drawing one. Raises InvalidMetadata.
    """
    secret = chosen or ids.secret()
    if len(secret) < SHORTEST or not secret.isprintable():
        raise metadata.InvalidMetadata(f"client_secret must have at least {SHORTEST} characters.")
    db.session.add(ClientSecret(client_id=client_id, value_digest=digests.of(secret)))
    return secret


def draw_secret():
    """Return a new secret, and the digest that is kept of it."""
    secret = ids.secret()
    return secret, digests.of(secret)


def replace_secret(client_id, digest, *, by, overlap_seconds=0):
    """Let the secret with this ``digest`` be the client's.

    The ones before stay good for ``overlap_seconds``, so that its servers may follow one by one.
    """
    until = clock.now() + timedelta(seconds=overlap_seconds)
    mine = ClientSecret.client_id == client_id
    if overlap_seconds:
        lasting = mine & (ClientSecret.ends_at.is_(None) | (ClientSecret.ends_at > until))
        db.session.execute(update(ClientSecret).where(lasting).values(ends_at=until))
    else:
        forget_secrets(client_id)
    db.session.add(ClientSecret(client_id=client_id, value_digest=digest))
    trail.record(events.CLIENT_SECRET_ROTATED, actor=by, subject=client_id)
    registry.forget(client_id)


def in_use(client_id):
    """Return a client's secrets that are good now: first the one that no newer one has followed."""
    mine = select(ClientSecret).where(ClientSecret.client_id == client_id)
    good = mine.where(ClientSecret.ends_at.is_(None) | (ClientSecret.ends_at > clock.now()))
    newest = ClientSecret.ends_at.desc().nulls_first(), ClientSecret.created_at.desc()
    return list(db.session.scalars(good.order_by(*newest)))


def forget_secrets(client_id):
    """Take a client's secrets away."""
    db.session.execute(delete(ClientSecret).where(ClientSecret.client_id == client_id))


def draw_registration_token(client):
    """Give a client the token by which it manages itself (RFC 7592 §3); the one before ends.

    Returns it, this once.
    """
    value = ids.secret()
    client.registration_digest = digests.of(value)
    return value


def prove(client, value):
    """Let ``value`` through if it is the token by which ``client`` manages itself now.

    ``client`` may be None: that takes as long, and is told in the same words. A disabled client
    manages nothing. Raises WrongToken.
    """
    known = client.registration_digest if client else None
    right = digests.same(known or _NOBODYS, digests.of(value or ""))
    if not right or known is None or client.disabled_at is not None:
        raise WrongToken
