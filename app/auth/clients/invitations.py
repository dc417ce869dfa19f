"""Initial access tokens: who holds one may register applications, so many and so long.

RFC 7591 §3. The value is shown once, when it is made; only its digest is kept.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update

from app.auth.audit import events, trail
from app.auth.clients.credentials import WrongToken
from app.auth.clients.models import InitialAccessToken
from app.auth.database import db
from app.foundation import clock, database, digests, ids
from app.foundation.problems import NotFound


def issue(*, uses=1, days=30, note="", by=events.OPERATOR):
    """Make a token; return its row and its clear value, this once.

    uses: how many applications it may register; note: for whom it is, for the list.
    """
    value, now = ids.secret(), clock.now()
    made = InitialAccessToken(
        id=ids.new("iat"),
        value_digest=digests.of(value),
        note=note,
        uses_left=uses,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(made)
    told = {"uses": uses, "days": days}
    trail.record(events.INITIAL_TOKEN_ISSUED, actor=by, subject=made.id, data=told)
    return made, value


def check(value):
    """Let ``value`` through if it may still register an application; it loses no use.

    Raises WrongToken.
    """
    if db.session.scalar(select(InitialAccessToken.id).where(_is_good(value))) is None:
        raise WrongToken


def spend(value):
    """Take one use from ``value``; return the id it is known by.

    Of many at once no more succeed than it has uses. The use comes back when the request is undone.
    Raises WrongToken.
    """
    taken = update(InitialAccessToken).where(_is_good(value))
    taken = taken.values(uses_left=InitialAccessToken.uses_left - 1)
    taken = taken.returning(InitialAccessToken.id)
    token_id = database.write(db, taken).scalar()
    if token_id is None:
        raise WrongToken
    return token_id


def everyone():
    """Return every token that housekeeping has not yet removed, newest first."""
    newest = select(InitialAccessToken).order_by(InitialAccessToken.created_at.desc())
    return db.session.scalars(newest.order_by(InitialAccessToken.id)).all()


def revoke(token_id, *, by=events.OPERATOR):
    """Take a token back; what it has registered stays. Raises NotFound."""
    gone = delete(InitialAccessToken).where(InitialAccessToken.id == token_id)
    if db.session.execute(gone).rowcount != 1:
        raise NotFound("There is no such initial access token.")
    trail.record(events.INITIAL_TOKEN_REVOKED, actor=by, subject=token_id)


def _is_good(value):
    good = InitialAccessToken.value_digest == digests.of(value)
    return good & (InitialAccessToken.uses_left > 0) & (InitialAccessToken.expires_at > clock.now())
