"""What is still missing of a person's consent, and giving it.

Asked once for a client and its scopes, remembered, asked again for more (OIDC Core §3.1.2.4). A
claim asked for by name stands beside the scopes (``consents.named``).
"""

from typing import NamedTuple

from sqlalchemy import bindparam, select, text

from app.auth.audit import events, trail
from app.auth.consents import named
from app.auth.consents.models import Consent
from app.auth.database import db, hot
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement


class Given(NamedTuple):
    """The scopes allowed, space-separated."""

    scope: str


FIND = Statement(
    "SELECT scope FROM consents WHERE user_id = :user_id AND client_id = :client_id", Given
)


_BEGIN = text(
    "INSERT INTO consents (id, user_id, client_id, scope, given_at, updated_at)"
    " VALUES (:id, :user_id, :client_id, '', :now, :now)"
    " ON CONFLICT (user_id, client_id) DO NOTHING"  # another tab, at the same moment
).bindparams(bindparam("now", type_=UtcDateTime))


def missing(user_id, client_id, scope):
    """Return those of ``scope`` (names) that the person has not allowed this client yet.

    A claim is allowed by its own name, and by any scope that opens it.
    """
    given = hot.first(FIND, user_id=user_id, client_id=client_id)
    allowed = given.scope.split() if given else ()
    left = tuple(name for name in scope if name not in allowed)
    if not left:
        return left
    covered = named.covered(allowed)
    return tuple(name for name in left if name not in covered)


def give(user_id, sub, client_id, scope):
    """Remember that the person allows ``scope`` (names) to this client, beside what was."""
    whose = {"user_id": user_id, "client_id": client_id}
    db.session.execute(_BEGIN, {"id": ids.new("con"), "now": clock.now()} | whose)
    mine = select(Consent).filter_by(**whose).with_for_update()
    consent = db.session.scalars(mine.execution_options(populate_existing=True)).one()
    consent.scope = " ".join(sorted({*consent.scope.split(), *scope}))
    consent.updated_at = clock.now()
    trail.record(
        events.CONSENT_GIVEN,
        actor=sub,
        subject=client_id,
        data={"scope": " ".join(scope)},
    )
