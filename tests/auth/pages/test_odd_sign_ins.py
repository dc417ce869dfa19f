"""A sign-in that looks odd, of somebody without a factor: one code, and nothing turned on (S83)."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.factors.models import CodeFactor
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.auth.pages.codes import ANA, NUMBER
from tests.support.marks import abuse, mission

LOA2 = "urn:brasil:openbanking:loa2"


@pytest.fixture
def app(app):
    """A new browser is odd enough here."""
    app.config["RISK_STEP_UP_FROM"] = 20
    return app


@pytest.fixture
def arrive(browser, ask, come_in, codes):
    """Ana comes from a browser she never used; return it and the page after the password."""
    come_in()

    def come():
        visitor = browser()
        return visitor, visitor.sign_in(visitor.open(ask()), ANA)

    return come


def sessions(app):
    with app.app_context():
        rows = db.session.execute(select(Session.amr, Session.acr).order_by(Session.created_at))
        return [tuple(row) for row in rows]


@mission("S83")
@abuse("O-08")
def test_one_code_by_mail_is_asked_for_and_the_session_stays_of_one_factor(app, arrive, codes):
    ana, page = arrive()

    assert page.name == ("second-factor", "ready")
    assert "Esta entrada parece diferente" in page.text
    assert {"remember", "other-method"}.isdisjoint(page.elements)
    assert len(sessions(app)) == 1
    page = ana.submit(ana.open(page.address), "otp-form", otp=codes.last())

    assert page.name[0] == "consent"
    assert sessions(app)[-1] == ("pwd", LOA2)
    assert len(codes.sent()) == 1
    with app.app_context():
        assert db.session.scalar(select(CodeFactor.user_id)) is None


@abuse("O-04", "O-08")
def test_without_the_code_nobody_comes_in_and_five_tries_are_all(app, arrive, codes):
    ana, page = arrive()
    for _ in range(5):
        assert ana.submit(page, "otp-form", otp=codes.wrong()).status == 422

    assert ana.submit(page, "otp-form", otp=codes.last()).status == 429
    assert len(sessions(app)) == 1


def test_the_phone_gets_it_where_no_e_mail_is_proved(app, arrive, codes):
    with app.app_context(), kept(db):
        lookup.by_email(ANA).email_verified_at = None

    ana, page = arrive()

    assert "(11) •••••-4321" in page.text
    assert ana.submit(page, "otp-form", otp=codes.last(NUMBER)).name[0] == "consent"
    assert sessions(app)[-1] == ("pwd", LOA2)


def test_who_has_no_proved_contact_comes_in_as_before(app, arrive, codes):
    with app.app_context(), kept(db):
        user = lookup.by_email(ANA)
        user.email_verified_at = user.phone_verified_at = None

    assert arrive()[1].name[0] == "consent"


def test_a_code_of_an_odd_sign_in_is_none_of_a_factor(app, arrive, codes):
    ana, page = arrive()
    code = codes.last()
    codes.turn_on("email_code")

    page = ana.submit(page, "otp-form", otp=code)

    assert page.name[0] == "login"
    assert len(sessions(app)) == 1
