"""A code by mail or SMS as the second step of signing in, as a person meets it."""

from sqlalchemy import select

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.auth import outbox
from tests.auth.crowds import at_once
from tests.auth.pages.codes import ANA, NUMBER
from tests.support.marks import abuse, asvs, mission

BIA = "bia@exemplo.com.br"
LOA3 = "urn:brasil:openbanking:loa3"


def sessions(app):
    with app.app_context():
        return [tuple(row) for row in db.session.execute(select(Session.amr, Session.acr))]


def arrive(browser, ask, who=ANA):
    """Show the password; return the browser and the page that comes after."""
    visitor = browser()
    return visitor, visitor.sign_in(visitor.open(ask()), who)


def type_in(visitor, page, code, method):
    """Send a code where the page need not ask for one."""
    page.forms["typed"] = {
        "action": page.address.partition("?")[0],
        "fields": {"csrf_token": page.forms["start-over-form"]["fields"]["csrf_token"]},
    }
    return visitor.submit(page, "typed", otp=code, method=method)


@mission("S13", "C33")
@abuse("O-08")
def test_a_code_by_mail_is_sent_once_as_the_password_is_accepted(app, browser, ask, codes):
    codes.turn_on("email_code")

    ana, page = arrive(browser, ask)

    assert page.name == ("second-factor", "ready")
    assert "Enviamos um código para a•••@exemplo.com.br . Ele vale por 5 minutos." in page.text
    assert sessions(app) == []
    page = ana.open(page.address)
    assert len(codes.sent()) == 1
    assert ana.submit(page, "otp-form", otp=codes.last()).name[0] == "consent"
    assert sessions(app) == [("pwd otp mfa", LOA3)]


@mission("S79")
def test_a_code_by_sms_is_asked_before_one_by_mail(app, browser, ask, codes):
    codes.turn_on("email_code", "sms_code")

    ana, page = arrive(browser, ask)

    assert "Enviamos um código para (11) •••••-4321 ." in page.text
    assert codes.sent(ANA) == []
    ana.submit(page, "otp-form", otp=codes.last(NUMBER))
    assert sessions(app) == [("pwd sms mfa", LOA3)]


def test_the_mail_names_browser_and_place_and_what_the_code_is_for(app, browser, ask, codes):
    codes.turn_on("email_code")
    ana = browser(
        User_Agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )
    ana.sign_in(ana.open(ask()), ANA)

    with app.app_context():
        [mail] = outbox.waiting(ANA)

    assert mail.name == "sign_in_code"
    assert mail.context["device"] == "Linux, Firefox"
    assert mail.context["place"] is None


@asvs("6.6.1")
def test_another_way_is_chosen_by_a_form_and_no_link_sends_anything(browser, ask, codes, phone):
    codes.turn_on("email_code")
    ana, page = arrive(browser, ask)
    assert codes.sent() == []

    page = ana.open(f"{page.address}?method=email_code")
    assert "otp" not in page.elements
    assert codes.sent() == []
    page = ana.open(page.elements["other-method"]["href"])
    assert {"method-totp", "method-email_code", "method-recovery_code"} <= set(page.elements)
    assert "method-sms_code" not in page.elements
    page = ana.submit(page, None)

    assert ana.submit(page, "otp-form", otp=codes.last()).name[0] == "consent"


@asvs("6.6.2")
@abuse("O-01", "O-08")
def test_a_code_is_good_for_one_journey_person_and_factor_and_once(app, browser, ask, codes):
    codes.turn_on("email_code", "sms_code")
    codes.prove(BIA, "+5521987650000")
    codes.turn_on("sms_code", email=BIA)
    ana, page = arrive(browser, ask)
    mine = codes.last(NUMBER)
    other, elsewhere = arrive(browser, ask)
    bia, hers = arrive(browser, ask, BIA)

    assert type_in(other, elsewhere, mine, "sms_code").status == 422
    assert type_in(bia, hers, mine, "sms_code").status == 422
    assert type_in(ana, page, mine, "email_code").status == 422
    assert sessions(app) == []
    assert ana.submit(page, "otp-form", otp=mine).name[0] == "consent"
    again, page = arrive(browser, ask)
    assert type_in(again, page, mine, "sms_code").status == 422


@abuse("O-04")
def test_after_five_wrong_codes_none_is_judged_and_none_is_sent(held_clock, browser, ask, codes):
    codes.turn_on("email_code")
    ana, page = arrive(browser, ask)
    wrong = codes.wrong()
    for _ in range(5):
        again = ana.submit(page, "otp-form", otp=wrong)
        assert (again.status, again.name) == (422, ("second-factor", "error"))

    limited = ana.submit(page, "otp-form", otp=codes.last())

    assert (limited.status, limited.name) == (429, ("second-factor", "limited"))
    assert "Muitos códigos errados. Peça um novo a partir das 09:15." in limited.text
    held_clock.shift(61)
    limited = ana.submit(limited, "otp-send-form")
    assert (limited.status, limited.name) == (429, ("second-factor", "limited"))
    assert len(codes.sent()) == 1
    held_clock.shift(900)
    again, page = arrive(browser, ask)
    assert again.submit(page, "otp-form", otp=codes.last()).name[0] == "consent"


@mission("S62")
def test_a_code_that_came_too_late_is_followed_by_another(held_clock, browser, ask, codes):
    codes.turn_on("email_code")
    ana, page = arrive(browser, ask)
    held_clock.shift(301)

    page = ana.submit(page, "otp-form", otp=codes.last())

    assert page.name == ("second-factor", "error")
    assert "Este código venceu. Enviamos um novo para a•••@exemplo.com.br." in page.text
    assert ana.submit(page, "otp-form", otp=codes.last()).name[0] == "consent"


def test_another_code_ends_the_one_before_and_waits_a_minute(held_clock, browser, ask, codes):
    codes.turn_on("email_code")
    ana, page = arrive(browser, ask)
    first = codes.last()

    early = ana.submit(page, "otp-resend-form")
    assert early.status == 429
    assert "Você pode pedir outro código às 09:01." in early.text
    held_clock.shift(61)
    page = ana.submit(page, "otp-resend-form")

    assert "Enviamos outro código" in page.text
    assert len(codes.sent()) == 2
    assert ana.submit(page, "otp-form", otp=first).status == 422 or first == codes.last()
    assert ana.submit(page, "otp-form", otp=codes.last()).name[0] == "consent"


def test_of_many_who_ask_again_at_once_one_is_sent_a_code(held_clock, browser, ask, codes):
    codes.turn_on("email_code")
    ana, page = arrive(browser, ask)
    held_clock.shift(61)
    token = page.forms["otp-form"]["fields"]["csrf_token"]
    cookie = "; ".join(f"{c.key}={c.value}" for c in ana.client._cookies.values())
    statuses = []

    def ask_again():
        form = {"csrf_token": token, "method": "email_code", "again": "1"}
        other = ana.client.application.test_client(use_cookies=False)
        headers = {"Accept": "text/html", "Cookie": cookie}
        answer = other.post(f"{page.address}/send", data=form, headers=headers)
        statuses.append(answer.status_code)

    at_once(ask_again, 12)

    assert sorted(statuses) == [303] + [429] * 11
    assert len(codes.sent()) == 2


@abuse("V-06")
def test_no_more_codes_are_sent_than_a_contact_may_get_in_an_hour(
    held_clock, app, browser, ask, codes
):
    codes.turn_on("email_code")
    for _ in range(8):
        _, page = arrive(browser, ask)
        assert page.name == ("second-factor", "ready")
        held_clock.shift(61)

    assert len(codes.sent()) == app.config["CODES_PER_CONTACT"]
    assert "otp-send-form" in page.forms


def test_who_lost_the_number_to_another_is_still_asked_and_not_let_in_by_less(
    app, browser, ask, codes
):
    paper = codes.turn_on("sms_code")
    with app.app_context(), kept(db):
        lookup.by_email(ANA).phone_verified_at = None

    ana, page = arrive(browser, ask)

    assert page.name[0] == "second-factor"
    assert codes.sent(NUMBER) == []
    assert type_in(ana, page, "000000", "sms_code").status == 422
    page = ana.submit(page, "otp-form", recovery_code=paper[0])
    assert page.name[0] == "consent"


def test_the_code_goes_to_the_contact_that_is_proved_by_then(app, browser, ask, codes):
    codes.turn_on("sms_code")
    with app.app_context(), kept(db):
        papers.keep(lookup.by_email(ANA), "phone", "+5511911112222")

    arrive(browser, ask)

    assert codes.sent(NUMBER) == []
    assert len(codes.sent("+5511911112222")) == 1


@asvs("6.3.6")
@mission("S61")
def test_a_proved_contact_alone_is_no_factor(app, browser, ask, codes):
    _, page = arrive(browser, ask)

    assert page.name[0] == "consent"
    assert codes.sent() == codes.sent(NUMBER) == []
