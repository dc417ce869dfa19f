"""Looking at a person, for the bank: each look is in the record, and support's with its reason."""

from datetime import timedelta

from app.auth.accounts import papers
from app.auth.audit import events, reading, trail
from app.auth.support import looks, reasons
from app.foundation import clock
from app.foundation.problems import NotFound

HOUR = timedelta(hours=1)


def note(user, *, by, once_an_hour):
    """Record that ``by`` looked at ``user``.

    once_an_hour: where the look is a part of more work, and reading it once tells enough; two at
    the same moment may both be told.
    """
    if once_an_hour and reading.did(by, events.PROFILE_SEEN, user.sub, clock.now() - HOUR):
        return
    trail.record(events.PROFILE_SEEN, actor=by, subject=user.sub)


def begin(user, session_id, reason, *, by):
    """Let ``by``, in the browser session, see ``user`` for a while, for the ``reason`` they gave.

    Raises reasons.NoReason, reasons.Personal.
    """
    data = {"why": reasons.checked(reason)}
    trail.record(events.PROFILE_OPENED, actor=by, subject=user.sub, data=data)
    looks.begin(session_id, user.id)


def in_clear(user, field, reason, *, by):
    """Return one ``field`` of ``user`` (of :data:`FIELDS`) in clear, for the record.

    Raises reasons.NoReason, reasons.Personal; NotFound: when there is none.
    """
    value = FIELDS[field](user)
    if value is None:
        raise NotFound
    data = {"why": reasons.checked(reason), "field": field}
    trail.record(events.FIELD_SHOWN, actor=by, subject=user.sub, data=data)
    return value


FIELDS = {
    "email": lambda user: user.email,
    "phone": lambda user: papers.read(user, "phone"),
    "cpf": lambda user: papers.read(user, "cpf"),
    "birth_date": lambda user: user.birth_date and user.birth_date.isoformat(),
}
