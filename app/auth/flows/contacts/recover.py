"""Get back in without the password: a code and a link to a proved contact (S59–S68).

Whether there is such an account, nobody is told: same words and time. A reset ends every session,
token and leave, tells every contact, and opens nothing: whoever reset it signs in afterwards, with
the second factor if there is one (O-14), which is then no code to the same contact.
"""

from flask import current_app

from app.auth.accounts import lockout, lookup, passwords
from app.auth.accounts.proofs import one_time, sends
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors import one_time_codes
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.sessions import browser
from app.auth.tokens import ending
from app.foundation import clock

CHANNELS = ("email", "sms")
PURPOSE = "reset"


def ask(identifier, channel, address, *, locale=None):
    """Send a code and a link to the proved contact of whom ``identifier`` names, if there is one.

    channel: ``email`` or ``sms``. address: the client's. Returns the person's id or None, which
    whoever asked must not be told. Asked before the request writes anything.

    Raises sends.TooSoon: when this identifier was asked for a moment ago, or too much from here,
    whoever that is. Raises Unavailable: when too many are at it.
    """
    until = lockout.answer_at()
    with current_app.extensions["sign_ins"].take(queue=0):
        sends.ask(PURPOSE, identifier, address)
        user = lookup.by_identifier(identifier)
        contact = user and user.may_enter() and sends.proved(user, channel)
        allowed = contact and sends.passes(contact, address, user.id)
        lockout.wait_for(until)
    if not allowed:
        return None
    send(user, contact, locale=locale)
    return user.id


def send(user, contact, *, by=events.NOBODY, locale=None):
    """Send ``user`` a code and a link by a proved ``contact`` (Contact), which was counted.

    by: who asked for it, for the record.
    """
    secret = one_time.issue(PURPOSE, user.id, contact.where, link=True)
    link = f"{current_app.config['ISSUER']}/reset?token={secret.link}"
    told = {"code": secret.code, "link": link, "minutes": secret.minutes}
    way = post.mail if contact.channel == "email" else post.sms
    way("reset_code", contact.where, user=user, locale=locale, **told)
    data = {"channel": contact.channel}
    trail.record(events.RECOVERY_ASKED, actor=by, subject=user.sub, data=data)


def by_code(user_id, code, new, guesser, *, device=None):
    """Replace the password of ``user_id`` by ``new``, allowed by ``code``.

    user_id: None for nobody, whose codes are all wrong. device: what to call where this was done.
    Asked before the request writes anything.

    Raises one_time.WrongCode, Expired, Paused. Raises passwords.Refused: then the code is still
    good.
    """
    _check(new, None)
    row = one_time.judged(PURPOSE, user_id, code, guesser)
    return _reset(row, new, guesser, device)


def by_link(link, new, guesser, *, device=None):
    """Replace the password, allowed by the ``link`` that was sent. Raises as :func:`by_code`."""
    _check(new, None)
    row = one_time.find_link(PURPOSE, link)
    if row is None:
        raise one_time.WrongCode
    return _reset(row, new, guesser, device)


def is_good(link):
    """Could ``link`` still be used? Looking changes nothing (V-07)."""
    return one_time.find_link(PURPOSE, link) is not None


def _reset(row, new, guesser, device):
    user = lookup.by_id(row.user_id)
    proved = filter(None, (sends.proved(user, channel) for channel in CHANNELS))
    contact = next((each for each in proved if one_time.is_for(row, each.where)), None)
    if contact is None or not user.may_enter():
        raise one_time.WrongCode
    _check(new, user)
    better = passwords.hashed(new)
    user = lookup.held(user.id)  # before the code, as whoever sends another does
    one_time.use(row)
    passwords.keep(user, better)
    one_time_codes.password_came_by(user.id, contact.channel)
    db.session.flush()  # from here nobody opens a session by the old one
    lockout.forgive(user, guesser.address, device=guesser.browser)
    trail.record(events.PASSWORD_RESET, actor=user.sub, subject=user.sub)
    waiting.stop(user, "password_changed")
    here = browser.presence()
    ending.sessions_of(user.id, "password_reset", actor=user.sub)
    ending.leave(user, by=user.sub)  # whoever had the old one may have given it
    if here and here.user_id == user.id:
        browser.forget()
    post.notice("password_changed", user, at=clock.now(), device=device)
    return user


def _check(new, user):
    refusal = passwords.refusal(new, user)
    if refusal:
        raise passwords.Refused(refusal)
