"""Lock, unlock, sign out, another password, a mail: each once, in the record, over whom one may."""

import pytest
from sqlalchemy import select

from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.clients import registry
from app.auth.database import db
from app.auth.flows import sign_in
from app.auth.flows.people import locking, passwords, reset_factor, signing_out, whom
from app.auth.sessions.models import Session
from app.auth.staff import standing
from app.auth.tokens import access, lookup, refresh
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import outbox, persons, stage
from tests.support.marks import abuse, mission

SCOPE = "openid offline_access wallet:read"
VERBS = {
    "lock": locking.lock,
    "unlock": locking.unlock,
    "sign out": signing_out.everywhere,
    "password": passwords.require,
    "mail": lambda sub, *, by: passwords.mail_recovery(sub, "127.0.0.1", by=by),
    "factor": lambda sub, *, by: reset_factor.begin(whom.held(sub, by), by=by),
}


def held(cast):
    """Return Ana's session in a browser, and what an app holds by it."""
    shop = stage.app_named()
    here = stage.come_in(cast.users["ana"])
    grant, token = stage.granted(here, shop, SCOPE)
    return here, access.for_grant(grant, shop, SCOPE), token, shop


def alive(session_id, value, token, shop):
    """Return what of it is still good."""
    db.session.rollback()
    told = lookup.introspect(value, registry.find("shop"))["active"]
    session = db.session.scalar(select(Session.ended_at).where(Session.id == session_id))
    return session is None, told, refresh.find(refresh.parse(token)) is not None


def status(sub):
    """Return the state of an account."""
    db.session.rollback()
    return db.session.scalar(select(User.status).where(User.sub == sub))


@mission("S84")
@abuse("M-06", "F-19")
def test_a_lock_ends_everything_and_lets_nobody_in_until_it_is_undone(cast, recorded):
    here, value, token, shop = held(cast)
    assert alive(here.session_id, value, token, shop) == (True, True, True)

    with kept(db):
        assert locking.lock(cast.ana, by=cast.olga)
    with kept(db):
        assert not locking.lock(cast.ana, by=cast.olga)

    assert alive(here.session_id, value, token, shop) == (False, False, False)
    with pytest.raises(sign_in.Blocked):
        sign_in.by_password("ana@example.com", persons.PASSWORD)
    with pytest.raises(sign_in.WrongCredentials):
        sign_in.by_password("ana@example.com", "not her password")
    with kept(db):
        assert locking.unlock(cast.ana, by=cast.olga)
    with kept(db):
        assert sign_in.by_password("ana@example.com", persons.PASSWORD)
    assert alive(here.session_id, value, token, shop) == (False, False, False)
    told = [each for each in recorded(cast.ana) if each[1] == cast.olga]
    assert told == [(events.ACCOUNT_LOCKED, cast.olga), (events.ACCOUNT_UNLOCKED, cast.olga)]
    assert outbox.names("ana@example.com")[:2] == ["account_locked", "account_unlocked"]


@mission("S82")
def test_signing_out_ends_every_session_and_the_person_may_come_in_again(cast, recorded):
    here, value, token, shop = held(cast)

    with kept(db):
        signing_out.everywhere(cast.ana, by=cast.olga)

    assert alive(here.session_id, value, token, shop) == (False, False, False)
    assert recorded(cast.ana)[-1] == (events.ACCOUNT_SIGNED_OUT, cast.olga)
    assert recorded(here.session_id)[-1] == (events.SESSION_ENDED, cast.olga)
    with kept(db):
        assert sign_in.by_password("ana@example.com", persons.PASSWORD)


def test_one_session_ends_alone_and_is_the_persons_own(cast):
    here, value, token, shop = held(cast)
    other = stage.come_in(cast.users["ana"])
    lias = stage.come_in(cast.users["lia"])

    with kept(db):
        signing_out.one(cast.ana, here.session_id, by=cast.olga)
    for session_id in (lias.session_id, "ses_x", ""):
        with pytest.raises(NotFound):
            signing_out.one(cast.ana, session_id, by=cast.olga)

    assert alive(here.session_id, value, token, shop) == (False, False, False)
    assert alive(other.session_id, value, token, shop)[0]


def test_another_password_is_wanted_and_nobody_stays_in_to_make_it(cast, recorded):
    here, value, token, shop = held(cast)

    with kept(db):
        passwords.require(cast.ana, by=cast.olga)

    assert alive(here.session_id, value, token, shop) == (False, False, False)
    assert recorded(cast.ana)[-1] == (events.PASSWORD_REQUIRED, cast.olga)
    with kept(db):
        session = sign_in.by_password("ana@example.com", persons.PASSWORD)
    assert session.user_id == cast.users["ana"].id
    assert db.session.get(User, session.user_id).must_change_password


def test_the_mail_that_replaces_a_password_goes_to_the_person_alone_and_counts(cast, recorded):
    with kept(db):
        assert passwords.mail_recovery(cast.ana, "10.0.0.1", by=cast.olga) is None

    assert outbox.names("ana@example.com") == ["reset_code"]
    assert recorded(cast.ana)[-1] == (events.RECOVERY_ASKED, cast.olga)
    with pytest.raises(passwords.sends.TooSoon):
        passwords.mail_recovery(cast.ana, "10.0.0.1", by=cast.olga)


@abuse("G-07")
@pytest.mark.parametrize("verb", VERBS)
def test_nobody_does_it_to_themselves_nor_to_who_may_do_more(cast, recorded, verb):
    for by, sub in ((cast.lia, cast.olga), (cast.lia, cast.lia), (cast.olga, cast.olga)):
        before = recorded(sub)
        with pytest.raises((standing.Above, standing.Oneself)):
            VERBS[verb](sub, by=by)
        assert recorded(sub) == before
    for sub in ("nobody", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound):
            VERBS[verb](sub, by=cast.olga)


def test_who_may_lock_locks_who_may_less(cast):
    with kept(db):
        assert locking.lock(cast.ana, by=cast.lia)

    assert status(cast.ana) == "locked"


def test_a_closed_account_is_not_there(cast):
    with kept(db):
        db.session.get(User, cast.users["ana"].id).status = "closed"

    with pytest.raises(NotFound):
        locking.unlock(cast.ana, by=cast.olga)


def test_a_hundred_locks_at_once_are_one(cast, auth_app, recorded):
    got = stage.all_at_once(auth_app, lambda _: lock_once(cast), 12)

    assert sorted(map(str, got)) == [*["False"] * 11, "True"]
    assert [event for event, _ in recorded(cast.ana)].count(events.ACCOUNT_LOCKED) == 1


def lock_once(cast):
    """Lock Ana, in a thread."""
    with kept(db):
        return locking.lock(cast.ana, by=cast.olga)
