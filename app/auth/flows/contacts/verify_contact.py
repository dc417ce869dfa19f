"""Prove an e-mail address or a phone number by the code that was sent there (S24, S25, S61)."""

from flask import current_app
from sqlalchemy import and_, false, or_, select
from sqlalchemy.exc import IntegrityError

from app.auth.accounts import lockout, lookup, papers
from app.auth.accounts.models import User
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors import registry
from app.auth.notifications import messages, post
from app.auth.sessions import assurance, browser
from app.auth.tokens import ending
from app.foundation import clock

PURPOSES = {"email": "confirm_email", "phone": "confirm_phone"}
_WAYS = {"email": "email", "phone": "sms"}


def email(user_id, code, guesser):
    """Mark the e-mail address of ``user_id`` as proved by ``code``, and return the person.

    user_id: None for nobody, whose codes are all wrong. Asked before the request writes anything.

    Raises one_time.WrongCode, Expired, Paused.
    """
    return _email_by(one_time.judged(PURPOSES["email"], user_id, code, guesser))


def email_by_link(link):
    """Mark an e-mail address as proved by the ``link`` that was sent there; return the person.

    It is of one row with the code, so either uses up both (C14). Raises one_time.WrongCode.
    """
    row = one_time.find_link(PURPOSES["email"], link)
    if row is None:
        raise one_time.WrongCode
    return _email_by(row)


def phone(user_id, code, guesser):
    """Mark the phone of ``user_id`` as proved by ``code``, and return the person.

    A number is one person's only: who proved it before has it no more, and is told.

    Raises one_time.WrongCode, Expired, Paused.
    """
    row = one_time.judged(PURPOSES["phone"], user_id, code, guesser)
    user = held_with_owners(row.user_id, papers.read(lookup.by_id(row.user_id), "phone"))
    one_time.use(row)
    number = papers.read(user, "phone")
    if number is None or not one_time.is_for(row, number):
        raise one_time.WrongCode
    take_from_others(user, number)
    user.phone_verified_at = clock.now()
    _prove(user, "phone")
    return user


def first_email(user_id, code, guesser):
    """Prove the address of who has just joined on this browser, and let them in.

    They chose the password here a moment ago, so it is one factor that was shown. Who has proved
    the address by now, or has another factor, is no newcomer: they sign in, with all of them.

    Raises one_time.WrongCode, Expired, Paused.
    """
    here = browser.presence()
    newcomer = _newcomer(user_id)
    user = email(newcomer and newcomer.id, code, guesser)
    if registry.enrolled(user.id):
        raise one_time.WrongCode
    if here:
        ending.session(here.session_id, "replaced", actor=user.sub)
    return browser.open(user, assurance.PASSWORD)


def send(user_id, channel, address, *, locale=None):
    """Send a new code to the person's ``channel`` (email or phone); the one before dies.

    Asked before the request writes anything. Raises sends.TooSoon.
    """
    user = lookup.by_id(user_id)
    contact = where(user, channel)
    sends.allow(Contact(_WAYS[channel], contact), address, user_id=user_id)
    _issue(user, channel, contact, locale)


def ensure_sent(user_id, channel, address, *, locale=None):
    """Send a code unless there is one that is still good. Raises sends.TooSoon."""
    if one_time.live(PURPOSES[channel], user_id) is None:
        send(user_id, channel, address, locale=locale)


def send_to_newcomer(user_id, email, address, *, locale=None):
    """Send another code to who is joining with ``email``: in the same time to nobody, None.

    Raises sends.TooSoon. Raises Unavailable: when too many are at it.
    """
    until = lockout.answer_at()
    with current_app.extensions["sign_ins"].take(queue=0):
        sends.allow(Contact("email", email.lower()), address)
        user = _newcomer(user_id)
        lockout.wait_for(until)
    if user is not None:
        _issue(user, "email", user.email_folded, locale)


def where(user, channel):
    """Return the address or number of the person that a code can be sent to, or None."""
    if channel == "email":
        return user.email_folded
    number = papers.read(user, "phone")
    return number if number and post.offers(messages.SMS) and sends.reaches(number) else None


def _newcomer(user_id):
    """The person, as long as the address they joined with is not proved; else None."""
    user = lookup.by_id(user_id) if user_id is not None else None
    return user if user and user.is_unproved() and user.may_enter() else None


def issue_email(user, locale, *, link=False):
    """Send a code to the person's address; ``link``: and a link that does the same for apps."""
    secret = one_time.issue(PURPOSES["email"], user.id, user.email_folded, link=link)
    told = {"user": user, "locale": locale, "code": secret.code, "minutes": secret.minutes}
    if not link:
        post.mail("confirm_email", user.email, **told)
        return
    address = f"{current_app.config['ISSUER']}/verify?token={secret.link}"
    post.mail("confirm_email_link", user.email, **told, link=address)


def _email_by(row):
    user = lookup.held(row.user_id)  # before the code, as whoever sends another does
    one_time.use(row)
    if not one_time.is_for(row, user.email_folded):
        raise one_time.WrongCode
    user.email_verified_at = clock.now()
    _prove(user, "email")
    _claim_cpf(user)
    return user


def _issue(user, channel, contact, locale):
    if channel == "email":
        issue_email(user, locale)
        return
    secret = one_time.issue(PURPOSES[channel], user.id, contact)
    told = {"user": user, "locale": locale, "code": secret.code, "minutes": secret.minutes}
    post.sms("confirm_phone", contact, **told)


def held_with_owners(user_id, number):
    """Return the person as `lookup.held` does; whoever has proved ``number`` is held with them.

    All in one order, so that two who prove each other's numbers at once do not wait for each other.
    """
    theirs = or_(User.id == user_id, _has_proved(number))
    db.session.execute(select(User.id).where(theirs).order_by(User.id).with_for_update())
    return lookup.held(user_id)


def take_from_others(user, number):
    """Whoever proved this ``number`` before has it no more, and is told.

    The caller holds them all (:func:`held_with_owners`).
    """
    others = select(User).where(_has_proved(number), User.id != user.id)
    for other in db.session.scalars(others.with_for_update()):
        other.phone_verified_at = None
        trail.record(events.CONTACT_LOST, actor=user.sub, subject=other.sub)
        post.notice("contact_changed", other, contact="phone", at=clock.now())
    db.session.flush()


def _has_proved(number):
    """SQL: this person has shown that ``number`` is theirs; None: nobody has."""
    if number is None:
        return false()
    same = User.phone_index.in_(papers.indexes("phone", number))
    return and_(same, User.phone_verified_at.is_not(None))


def _prove(user, channel):
    user.must_prove = " ".join(each for each in user.must_prove.split() if each != channel)
    db.session.flush()
    data = {"channel": channel}
    trail.record(events.CONTACT_PROVED, actor=user.sub, subject=user.sub, data=data)


def _claim_cpf(user):
    """From now on the CPF that was typed at joining is theirs, unless it is somebody's already.

    Then it is not kept, and its owner is told by mail; the account stands without it.
    """
    number = papers.read(user, "cpf") if user.cpf_index is None else None
    if number is None:
        return
    owner = _owner_of(number)
    if owner is None:
        try:
            with db.session.begin_nested():
                user.cpf_index = papers.indexes("cpf", number)[0]
            return
        except IntegrityError:  # of two who prove an address at once, one has it
            owner = _owner_of(number)
    papers.drop(user, "cpf")
    trail.record(events.PAPER_REFUSED, actor=user.sub, subject=user.sub)
    post.notice("already_registered", owner)


def _owner_of(number):
    return db.session.scalar(select(User).where(User.cpf_index.in_(papers.indexes("cpf", number))))
