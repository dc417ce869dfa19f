"""The person's side of a device: type the code, sign in, compare, allow or not (RFC 8628 §3.3)."""

import re

import pytest

from app.auth.consents import approval
from app.auth.database import db
from app.auth.flows import disable_client
from app.foundation.database import kept
from tests.auth.oauth import devices
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, rfc


@pytest.fixture
def tv(server):
    """An app on televisions, which can keep no secret."""
    return devices.television(server)


@pytest.fixture
def waiting(held_clock, browser, tv):
    """What a device was told that waits; time stands still."""
    return devices.begun(browser, tv)


def open_page(browser, path, **more):
    """Open ``path`` as a person does; return the page."""
    return browser.get(path, headers=steps.HTML, **more)


def state_of(page):
    """Return the name and the state of a page."""
    return re.search(r'data-page="([^"]+)" data-state="([^"]+)"', page.text).groups()


@rfc("8628", "3.3")
@pytest.mark.parametrize(
    "spell", [str, str.lower, lambda c: c.replace("-", ""), lambda c: f" {c[:2]} {c[2:]}. "]
)
def test_the_code_is_taken_however_it_is_typed(browser, tv, waiting, ana, spell):
    page = devices.type_code(browser, spell(waiting["user_code"]))
    assert steps.page_of(page) == "login"
    page = steps.sign_in(browser, page, ana)
    assert steps.page_of(page) == "consent"

    page = steps.send(browser, page, decision="allow")

    assert state_of(page) == ("device-done", "approved")
    assert "Cofrinho na TV" in page.text
    assert devices.poll(browser, tv, waiting["device_code"]).status_code == 200


@rfc("8628", "5.4")
def test_the_person_compares_the_code_and_sees_who_asks_for_what(browser, waiting, ana):
    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"].lower()), ana)

    assert f'id="device-code">{waiting["user_code"]}</div>' in page.text
    assert "Seu aparelho mostra este código?" in page.text
    assert "Permitir que Cofrinho na TV acesse sua conta?" in page.text
    assert "Ver o saldo da sua carteira" in page.text


def test_an_apps_request_shows_no_code(browser, app, ana):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)

    assert steps.page_of(page) == "consent"
    assert "device-code" not in page.text


@asvs("10.7.1")
@rfc("8628", "5.4")
def test_consent_is_asked_for_every_device_though_the_app_has_it(browser, tv, ana):
    for _ in range(2):
        told = devices.begun(browser, tv)
        page = devices.type_code(browser, told["user_code"])
        page = steps.sign_in(browser, page, ana) if steps.page_of(page) == "login" else page
        assert steps.page_of(page) == "consent"
        steps.send(browser, page, decision="allow")
        assert devices.poll(browser, tv, told["device_code"]).status_code == 200


def test_consent_is_whoevers_is_here_when_it_is_given(browser, tv, waiting, ana, bia, server):
    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), ana)
    switched = browser.post(
        f"{page.request.path}/switch", data={"csrf_token": steps.form_token(page)}
    )
    page = steps.sign_in(browser, steps.follow(browser, switched), bia)
    assert steps.page_of(page) == "consent"

    steps.send(browser, page, decision="allow")

    answer = devices.poll(browser, tv, waiting["device_code"]).json
    assert steps.claims_of(answer["access_token"])["sub"] == bia.sub
    with server.app_context():
        assert approval.missing(ana.id, tv.client_id, ("openid",)) == ("openid",)


@rfc("8628", "3.3.1")
def test_a_code_in_the_address_is_filled_in_and_still_to_be_sent(browser, tv, waiting):
    address = waiting["verification_uri_complete"].partition("/device")[2]

    page = open_page(browser, f"/device{address.lower()}")

    assert state_of(page) == ("device", "ready")
    assert f'value="{waiting["user_code"]}"' in page.text
    assert "Confira o código do seu aparelho" in page.text
    steps.refused(devices.poll(browser, tv, waiting["device_code"]), "authorization_pending")


@abuse("B-05")
@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "{{ 7*7 }}", "WDJX", "é" * 500])
def test_what_cannot_be_a_code_is_not_filled_in(browser, typed):
    page = open_page(browser, "/device", query_string={"user_code": typed})

    assert 'id="user_code" name="user_code" type="text" value=""' in page.text
    assert "<script>alert" not in page.text
    assert "{{ 7*7 }}" not in page.text


@abuse("B-05")
def test_what_was_typed_comes_back_as_text(browser):
    page = devices.type_code(browser, '"><script>alert(1)</script>')

    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_a_no_is_told_on_the_page_and_to_the_device(browser, tv, waiting, ana):
    page = devices.answer(browser, waiting["user_code"], ana, decision="deny")

    assert state_of(page) == ("device-done", "denied")
    assert "não recebeu acesso" in page.text
    steps.refused(devices.poll(browser, tv, waiting["device_code"]), "access_denied")


def spoiled(browser, tv, ana, held_clock, case):
    """Return a user code that is good no more, or never was."""
    told = devices.begun(browser, tv)
    if case == "wrong":
        return "BBBB-BBBB"
    if case == "malformed":
        return "não sei"
    if case == "expired":
        held_clock.shift(600)
    elif case == "denied":
        devices.answer(browser, told["user_code"], ana, decision="deny")
    else:
        devices.answer(browser, told["user_code"], ana)
        if case == "used":
            devices.poll(browser, tv, told["device_code"])
    return told["user_code"]


@abuse("L-01")
@rfc("8628", "5.1")
@pytest.mark.parametrize("case", ["wrong", "malformed", "expired", "denied", "approved", "used"])
def test_whatever_is_wrong_with_a_code_is_said_in_the_same_words(
    held_clock, browser, tv, ana, server, case
):
    code = spoiled(browser, tv, ana, held_clock, case)
    stranger = server.test_client()

    page = devices.type_code(stranger, code)

    assert page.status_code == 422
    assert state_of(page) == ("device", "error")
    assert "O código do aparelho não confere ou venceu." in page.text
    reference = devices.type_code(stranger, "QRST-VWXZ")
    same = [re.sub(r'value="[^"]*"', "", each.text) for each in (page, reference)]
    assert same[0] == same[1]


def test_a_missing_code_is_told_beside_the_field(browser):
    page = devices.type_code(browser, " ")

    assert page.status_code == 422
    assert 'id="user_code-error"' in page.text
    assert "Digite o código que aparece no aparelho." in page.text


@abuse("B-02", "L-11")
@rfc("9700", "4.7")
@pytest.mark.parametrize("token", [None, "", "0" * 64, "another browser's"])
def test_a_form_that_is_not_ours_begins_nothing(browser, server, waiting, token):
    open_page(browser, "/device")
    if token == "another browser's":
        token = steps.form_token(open_page(server.test_client(), "/device"))
    form = steps.present({"user_code": waiting["user_code"], "csrf_token": token})

    page = browser.post("/device", data=form, headers=steps.HTML)

    assert page.status_code == 403
    assert "ficou aberta por muito tempo" in page.text


@abuse("B-02")
def test_a_form_sent_from_another_site_begins_nothing(browser, waiting):
    token = steps.form_token(open_page(browser, "/device"))
    form = {"user_code": waiting["user_code"], "csrf_token": token}
    headers = steps.HTML | {"Origin": "https://evil.example"}

    assert browser.post("/device", data=form, headers=headers).status_code == 403


@abuse("R-20")
@rfc("9700", "4.7")
def test_a_journey_belongs_to_the_browser_that_typed_the_code(browser, server, tv, waiting, ana):
    page = devices.type_code(browser, waiting["user_code"])
    uid = page.request.path.rpartition("/")[2]
    other = server.test_client()
    steps.sign_in(other, steps.follow(other, other.get("/account", headers=steps.HTML)), ana)

    for path in ("/login", "/consent", "/device", "/oauth/device_authorization"):
        answer = open_page(other, f"{path}/{uid}")
        assert answer.status_code == 403, path
        assert "outro navegador" in answer.text
        assert waiting["user_code"] not in answer.text
    form = {"csrf_token": steps.form_token(page), "decision": "allow"}
    assert other.post(f"/consent/{uid}", data=form, headers=steps.HTML).status_code == 403
    steps.refused(devices.poll(browser, tv, waiting["device_code"]), "authorization_pending")


@abuse("R-20")
def test_a_devices_journey_and_an_apps_are_not_swapped(browser, app, waiting, ana):
    mine = devices.type_code(browser, waiting["user_code"]).request.path.rpartition("/")[2]
    apps = steps.follow(browser, steps.ask(browser, app)).request.path.rpartition("/")[2]

    assert open_page(browser, f"/oauth/authorize/{mine}").status_code == 404
    for path in ("/oauth/device_authorization", "/device"):
        assert open_page(browser, f"{path}/{apps}").status_code == 404


@asvs("2.3.1")
def test_nothing_is_approved_before_the_journey_is_over(browser, tv, waiting, ana):
    page = devices.type_code(browser, waiting["user_code"])
    uid = page.request.path.rpartition("/")[2]

    for path in ("/oauth/device_authorization", "/device", "/consent"):
        assert steps.page_of(steps.follow(browser, open_page(browser, f"{path}/{uid}"))) == "login"
    steps.sign_in(browser, page, ana)
    for path in ("/oauth/device_authorization", "/device", "/login"):
        assert (
            steps.page_of(steps.follow(browser, open_page(browser, f"{path}/{uid}"))) == "consent"
        )
    steps.refused(devices.poll(browser, tv, waiting["device_code"]), "authorization_pending")


def test_opening_the_last_page_again_says_the_same(browser, waiting, ana):
    page = devices.answer(browser, waiting["user_code"], ana)
    uid = page.request.path.rpartition("/")[2]

    assert open_page(browser, page.request.path).text == page.text
    assert open_page(browser, f"/oauth/device_authorization/{uid}").status_code == 409
    assert open_page(browser, f"/consent/{uid}").status_code == 409


def test_who_comes_back_too_late_is_told_and_the_device_has_nothing(
    held_clock, browser, tv, waiting, ana
):
    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), ana)
    held_clock.shift(600)

    page = steps.send(browser, page, decision="allow")

    assert page.status_code == 410
    assert state_of(page) == ("device-done", "late")
    assert 'href="/device"' in page.text
    steps.refused(devices.poll(browser, tv, waiting["device_code"]), "expired_token")


def test_of_two_people_who_typed_the_same_code_the_first_decides(
    browser, server, tv, waiting, ana, bia
):
    other = server.test_client()
    mine = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), ana)
    theirs = steps.sign_in(other, devices.type_code(other, waiting["user_code"]), bia)

    first = steps.send(browser, mine, decision="allow")
    second = steps.send(other, theirs, decision="deny")

    assert state_of(first) == ("device-done", "approved")
    assert state_of(second) == ("device-done", "denied")
    answer = devices.poll(browser, tv, waiting["device_code"]).json
    assert steps.claims_of(answer["access_token"])["sub"] == ana.sub
    late = devices.answer(other, devices.begun(browser, tv)["user_code"], bia)
    assert state_of(late) == ("device-done", "approved")


def test_a_client_disabled_on_the_way_gets_nothing(browser, tv, waiting, ana, server):
    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), ana)
    with server.app_context(), kept(db):
        disable_client.now(tv.client_id)

    page = steps.send(browser, page, decision="allow")

    assert page.status_code == 400
    assert "Não reconhecemos o aplicativo" in page.text


def test_a_device_of_an_app_with_a_home_may_not_lead_anybody_there(browser, server, ana):
    tv = devices.television(
        server, client_uri="https://tv.example", redirect_uris=["https://x.example/"]
    )
    told = devices.begun(browser, tv)

    page = steps.sign_in(browser, devices.type_code(browser, told["user_code"]), ana)

    assert "form-action 'self';" in page.headers["Content-Security-Policy"]
    assert "tv.example" not in page.text


@rfc("OIDC Registration", "2")
def test_what_an_app_registered_of_the_sign_ins_age_holds_for_its_devices(
    held_clock, browser, server, ana
):
    tv = devices.television(server, default_max_age=60)
    devices.answer(browser, devices.begun(browser, tv)["user_code"], ana)
    page = devices.type_code(browser, devices.begun(browser, tv)["user_code"])
    assert steps.page_of(page) == "consent"
    held_clock.shift(61)

    page = devices.type_code(browser, devices.begun(browser, tv)["user_code"])

    assert steps.page_of(page) == "login"
    assert steps.page_of(steps.sign_in(browser, page, ana)) == "consent"


def test_a_password_that_was_handed_out_is_replaced_first(browser, tv, waiting, server):
    handed = factories.person(server)
    with server.app_context(), kept(db):
        db.session.execute(
            db.text("UPDATE users SET must_change_password = true WHERE id = :id"),
            {"id": handed.id},
        )

    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), handed)
    assert steps.page_of(page) == "new-password"

    page = steps.send(browser, page, new_password="uma frase só minha, bem longa")
    assert steps.page_of(page) == "consent"
    assert state_of(steps.send(browser, page, decision="allow")) == ("device-done", "approved")


def test_a_journey_that_took_too_long_says_so(held_clock, browser, tv, ana):
    told = devices.begun(browser, tv)
    page = devices.type_code(browser, told["user_code"])
    uid = page.request.path.rpartition("/")[2]
    held_clock.shift(1801)

    for path in ("/login", "/oauth/device_authorization"):
        assert open_page(browser, f"{path}/{uid}").status_code == 410


@pytest.mark.parametrize("uid", ["int_x", "int_" + "0" * 25, "..%2fx", "é"])
@pytest.mark.parametrize("path", ["/device", "/oauth/device_authorization"])
def test_a_journey_that_never_was_is_not_found(browser, path, uid):
    assert open_page(browser, f"{path}/{uid}").status_code == 404
