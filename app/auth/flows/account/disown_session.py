"""It was not me: somebody else signed in to one's account (S83)."""

from app.auth.accounts import lookup
from app.auth.audit import events, trail
from app.auth.recoveries import waiting
from app.auth.sessions import browser, devices
from app.auth.tokens import ending
from app.foundation import ids


def now(user_id, session_id=None):
    """End every session of the person but this browser's, and ask for a new password.

    Whoever signed in knew the password, so one of them alone is not ended. The session that was
    strange, if one is named, marks its device: it is new again when it comes.

    The person must have proved lately who they are: a new password is asked for next, and the old
    one no more.
    """
    here = browser.presence()
    user = lookup.held(user_id)
    strange = None
    if ids.is_one(session_id or "", "ses"):
        strange = devices.named(user_id, [session_id]).get(session_id)
    if strange and strange.device_id and strange.id != here.session_id:
        devices.disown(strange.device_id)
    waiting.stop(user, "disowned")
    user.must_change_password = user.password_hash is not None
    trail.record(
        events.DEVICE_DISOWNED,
        actor=user.sub,
        subject=user.sub,
        data={"session": strange.id} if strange else None,
    )
    ending.sessions_of(user_id, "disowned", actor=user.sub, but=here.session_id)
    ending.leave(user, by=user.sub)  # whoever was in may have given it
