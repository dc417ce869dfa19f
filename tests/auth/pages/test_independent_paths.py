"""One mailbox is one factor: a password reset by mail and a code by mail are not two (O-14)."""

import pytest

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.database import db
from app.auth.flows.contacts import recover
from app.foundation.database import kept
from tests.auth.pages.codes import ANA, NUMBER
from tests.support.marks import abuse, mission

NEW = "uma frase bem nova 7"


def reset_by(app, target):
    """Let whoever holds a contact of Ana's replace her password by a code sent there."""
    with app.app_context(), kept(db):
        secret = one_time.issue(recover.PURPOSE, lookup.by_email(ANA).id, target)
    with app.test_request_context("/"), kept(db):
        guesser = Guesser("127.0.0.1", "a browser")
        recover.by_code(lookup.by_email(ANA).id, secret.code, NEW, guesser)


def arrive(browser, ask, path=None):
    visitor = browser()
    return visitor, visitor.sign_in(visitor.open(path or ask()), ANA, NEW)


@mission("S62")
@abuse("O-14", "O-08")
def test_after_a_reset_by_mail_a_code_by_mail_is_no_second_factor(app, browser, ask, codes):
    paper = codes.turn_on("email_code")
    reset_by(app, ANA)
    before = codes.sent()

    ana, page = arrive(browser, ask)

    assert page.name == ("second-factor", "ready")
    assert "same-path" in page.elements
    assert codes.sent() == before
    assert "method-email_code" not in ana.open(f"{page.address}/other").elements
    form = page.forms["otp-form"]
    page.forms["sent"] = {"action": f"{page.address}/send", "fields": form["fields"]}
    ana.submit(page, "sent", method="email_code")
    assert codes.sent() == before
    assert ana.submit(page, "otp-form", method="email_code", otp="000000").status == 422
    page = ana.submit(page, "otp-form", recovery_code=paper[0])
    assert page.name[0] == "consent"


@abuse("O-14")
@pytest.mark.parametrize(("reset_to", "code_to"), [(ANA, NUMBER), (NUMBER, ANA)])
def test_a_code_by_the_other_contact_is_one_and_lets_the_first_count_again(
    app, browser, ask, codes, reset_to, code_to
):
    codes.turn_on("sms_code", "email_code")
    reset_by(app, reset_to)

    ana, page = arrive(browser, ask)
    listed = set(ana.open(page.elements["other-method"]["href"]).elements)
    assert len(listed & {"method-sms_code", "method-email_code"}) == 1
    assert ana.submit(page, "otp-form", otp=codes.last(code_to)).name[0] == "consent"

    again, page = arrive(browser, ask)
    listed = set(again.open(page.elements["other-method"]["href"]).elements)
    assert {"method-sms_code", "method-email_code"} <= listed


@abuse("O-14")
def test_a_code_by_mail_is_not_turned_on_by_who_came_in_by_mail(app, browser, ask, codes):
    reset_by(app, ANA)

    ana, page = arrive(browser, ask, "/account/codes/email")

    assert "same-path" in page.elements
    assert "otp-send-form" not in page.forms
    assert "otp-send-form" in ana.open("/account/codes/sms").forms
