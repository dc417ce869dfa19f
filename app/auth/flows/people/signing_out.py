"""Sign a person out, for the bank: everywhere, or where one session is."""

from app.auth.audit import events, trail
from app.auth.flows.people import whom
from app.auth.sessions import devices
from app.auth.tokens import ending
from app.foundation import ids
from app.foundation.problems import NotFound


def everywhere(sub, *, by):
    """End every session of the person and all that was granted under them.

    Raises NotFound, standing.Oneself, standing.Above.
    """
    user = whom.held(sub, by)
    trail.record(events.ACCOUNT_SIGNED_OUT, actor=by, subject=user.sub)
    ending.sessions_of(user.id, "ended_by_staff", actor=by)


def one(sub, session_id, *, by):
    """End one session of the person, and all that was granted under it.

    Raises NotFound: also when it is not theirs; standing.Oneself, standing.Above.
    """
    user = whom.held(sub, by)
    if not ids.is_one(session_id, "ses") or not devices.named(user.id, [session_id]):
        raise NotFound
    ending.session(session_id, "ended_by_staff", actor=by, offline=True)
