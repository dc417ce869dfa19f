"""Change one's e-mail address or phone: the new one is proved, the old one is told (V-08, S61).

Whose address it is already, nobody is told: the same words and page, and its owner gets a mail.
"""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.accounts import identifiers, lookup, papers
from app.auth.accounts.models import ContactChange, User
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.flows.contacts import verify_contact
from app.auth.notifications import post
from app.foundation import clock
from app.foundation.problems import Problem

PURPOSES = {"email": "change_email", "phone": "change_phone"}


class Malformed(Problem):
    """That is not an e-mail address, or not a phone that a message can go to."""

    code = "contact_malformed"
    status = 422


class Same(Problem):
    """That is the person's contact already, and proved."""

    code = "contact_same"
    status = 422
    key = "contact.same"


class Gone(Problem):
    """Nothing waits to be confirmed, or no longer."""

    code = "contact_gone"
    status = 410
    key = "contact.gone"


class Taken(Problem):
    """It became somebody else's since the code was sent."""

    code = "contact_taken"
    status = 409
    key = "contact.taken"


def ask(user_id, channel, typed, address, *, locale=None):
    """Send a code to the new contact that was ``typed``; the one in use stays until it is proved.

    channel: ``email`` or ``phone``; address: the client's. Whoever asks has just shown who they
    are. Asked before the request writes anything.

    Raises Malformed, Same, sends.TooSoon.
    """
    user = lookup.by_id(user_id)
    target = _read(channel, typed)
    if target == _current(user, channel):
        raise Same
    sends.allow(Contact("email" if channel == "email" else "sms", target), address, user_id=user_id)
    _keep(user_id, channel, target)
    if channel == "email" and _is_anothers(user_id, target):
        post.mail("already_registered", target, locale=locale)
        return
    secret = one_time.issue(PURPOSES[channel], user_id, _folded(channel, target))
    told = {"user": user, "locale": locale, "code": secret.code, "minutes": secret.minutes}
    if channel == "email":
        post.mail("confirm_email", target, **told)
    else:
        post.sms("confirm_phone", target, **told)


def waiting(user_id, channel):
    """Return the contact that waits to be proved, or None."""
    row = db.session.get(ContactChange, (user_id, channel))
    if row is None or row.expires_at <= clock.now():
        return None
    return _ring().open(row.target_sealed, _place(user_id, channel)).decode()


def confirm(user_id, channel, code, guesser):
    """Take the new contact for the person's own, proved by ``code``; old and new are told.

    Asked before the request writes anything. Raises Gone, Taken, one_time.WrongCode, Expired,
    Paused.
    """
    target = waiting(user_id, channel)
    if target is None:
        raise Gone
    row = one_time.judged(PURPOSES[channel], user_id, code, guesser)
    if not one_time.is_for(row, _folded(channel, target)):
        raise one_time.WrongCode
    number = target if channel == "phone" else None
    user = verify_contact.held_with_owners(user_id, number)
    one_time.use(row)
    told = {"contact": channel, "at": clock.now()}
    if channel == "email":
        _change_email(user, target, told)
    else:
        _change_phone(user, target, told)
    user.must_prove = " ".join(each for each in user.must_prove.split() if each != channel)
    post.notice("contact_changed", user, **told)
    db.session.delete(db.session.get(ContactChange, (user_id, channel)))
    data = {"channel": channel}
    trail.record(events.CONTACT_CHANGED, actor=user.sub, subject=user.sub, data=data)


def _change_email(user, target, told):
    before, was_proved = user.email, user.email_verified_at is not None
    try:
        with db.session.begin_nested():
            user.email, user.email_folded = target, identifiers.folded(target)
            user.email_verified_at = clock.now()
    except IntegrityError as error:
        raise Taken from error
    if was_proved:
        post.mail("contact_changed", before, user=user, **told)


def _change_phone(user, target, told):
    if user.phone_verified_at:
        post.sms("contact_changed", papers.read(user, "phone"), user=user, **told)
    verify_contact.take_from_others(user, target)
    papers.keep(user, "phone", target)
    user.phone_verified_at = clock.now()
    db.session.flush()


def _read(channel, typed):
    target = identifiers.email(typed) if channel == "email" else identifiers.phone(typed)
    if target is None or (channel == "phone" and not sends.reaches(target)):
        raise Malformed(detail=channel)
    return target


def _current(user, channel):
    if channel == "email":
        return user.email if user.email_verified_at else None
    return papers.read(user, "phone") if user.phone_verified_at else None


def _is_anothers(user_id, target):
    same = User.email_folded == identifiers.folded(target)
    return db.session.scalar(select(User.id).where(same, User.id != user_id)) is not None


def _keep(user_id, channel, target):
    lookup.held(user_id)  # of two at once the later one stays
    row = db.session.get(ContactChange, (user_id, channel)) or ContactChange(
        user_id=user_id, channel=channel
    )
    row.target_sealed = _ring().seal(target.encode(), _place(user_id, channel))
    row.expires_at = clock.now() + one_time.lifetime(PURPOSES[channel])
    db.session.add(row)
    db.session.flush()


def _folded(channel, target):
    return identifiers.folded(target) if channel == "email" else target


def _place(user_id, channel):
    return f"contact_changes/{user_id}/{channel}"


def _ring():
    return current_app.extensions["sealing"]
