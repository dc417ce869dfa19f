"""Send the code of a factor to the contact that its person has proved, and say whence it was asked.

Every code is counted before it is written: to the contact, the person and the network (S62, V-04).
"""

from typing import NamedTuple

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.audit import events, trail
from app.auth.flows.factors import tries
from app.auth.notifications import post
from app.auth.risk import places
from app.auth.sessions import browser
from app.foundation.problems import Problem

SIGN_IN, STEP_UP, DEED = (
    "sign_in_code",
    "step_up_code",
    "deed_code",
)  # what the message says that the code is for
WAYS = {"email": post.mail, "sms": post.sms, "push": post.push}


class Unreachable(Problem):
    """No message can be sent to the contact of this factor now."""

    code = "factor_unreachable"
    status = 422
    key = "otp.unreachable"
    description = "No code can be sent there."


class Sent(NamedTuple):
    """What became of a code. live: it can still be shown; contact: None where none is reached."""

    contact: Contact | None
    live: bool
    minutes: int


def look(user_id, kind, place):
    """Return what became of the code of ``kind`` (SentCode) in ``place``; changes nothing."""
    return look_at(user_id, kind, sends.proved(lookup.by_id(user_id), kind.channel), place)


def look_at(user_id, kind, contact, place):
    """As :func:`look`, of the code that went to ``contact``; None: to nobody."""
    live = contact is not None and kind.is_live(user_id, _target(contact, place))
    return Sent(contact, live, one_time.minutes(kind.purpose))


def allow(user, kind):
    """Count a code of ``kind`` to the person, and return the contact it may go to.

    Asked before the request writes anything or holds the person. Raises sends.TooSoon,
    Unreachable; tries.Limited: when it would not be judged.
    """
    return allow_to(user, sends.proved(user, kind.channel))


def allow_to(user, contact, *, shared=None):
    """As :func:`allow`, for a ``contact`` that is known; None: it reaches nobody.

    shared: as for `sends.allow`.
    """
    tries.look(user)
    if contact is None:
        raise Unreachable
    sends.allow(contact, browser.address(), user_id=user.id, shared=shared)
    return contact


def send(user, kind, place, contact, message, **about):
    """Send a new code, good in ``place`` alone, to the ``contact`` that was allowed.

    message: SIGN_IN, STEP_UP or DEED; about: what it tells of, where that is not whence it was
    asked.
    """
    secret = kind.challenge(user.id, _target(contact, place))
    told = about or {"device": browser.device_name(), "place": places.named(browser.address())}
    told |= {"code": secret.code, "minutes": secret.minutes}
    WAYS[contact.channel](message, contact.where, user=user, **told)
    data = {"channel": contact.channel}
    trail.record(events.CODE_SENT, actor=events.NOBODY, subject=user.sub, data=data)


def ensure(user, kind, place, message, *, again=False, **about):
    """Send a code unless there is one that can still be shown; ``again``: in any case a new one.

    about: as for :func:`send`. Asked before the request writes anything. Raises as :func:`allow`.
    """
    if again or not look(user.id, kind, place).live:
        send(user, kind, place, allow(user, kind), message, **about)


def judge(user, kind, answer, place):
    """Is ``answer`` the code of ``kind`` that was sent for ``place`` to the contact of now?

    Raises one_time.Expired.
    """
    return judge_at(user, kind, sends.proved(user, kind.channel), answer, place)


def judge_at(user, kind, contact, answer, place):
    """As :func:`judge`, of the code that went to ``contact``."""
    return contact is not None and kind.verify(user.id, answer, _target(contact, place))


def _target(contact, place):
    return f"{contact.where.casefold()}\n{place}"
