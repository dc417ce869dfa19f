"""The account: where it is open, and how each of those ends."""

import re

import pytest

from tests.support.marks import abuse, asvs, mission

ANA, BIA = "ana@exemplo.com.br", "bia@exemplo.com.br"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
COMPUTER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
ROW = re.compile(r'name="sid" value="(ses_\w+)"')


@pytest.fixture
def here(come_in, held_clock):
    """Ana at her computer, an hour after she signed in on her phone; and the phone."""
    phone = come_in(ANA, PHONE)
    held_clock.shift(1200)
    return come_in(ANA, COMPUTER), phone


def test_home_says_whether_the_account_is_open_elsewhere(here):
    computer, _ = here

    page = computer.open("/account")

    assert "Olá, Ana Souza" in page.text
    assert "Além deste aparelho, há 1 outra sessão aberta." in page.text
    assert "Computador com Windows, Chrome" in page.text


def test_home_is_calm_when_it_is_not(come_in):
    page = come_in(ANA, COMPUTER).open("/account")

    assert "Tudo certo por aqui" in page.text


@asvs("7.4.4")
def test_every_page_of_the_account_has_a_way_out(app, come_in):
    visitor = come_in(ANA, COMPUTER)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/account")]
    pages = [rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments]

    shown = [page for page in map(visitor.open, pages) if page.status == 200 and page.forms]

    assert len(shown) > 12
    assert [page.address for page in shown if "sign-out-form" not in page.forms] == []


@asvs("7.5.2")
@mission("S81")
def test_sessions_are_listed_this_one_first(here):
    computer, _ = here

    page = computer.open("/account/sessions")

    assert "Abertas agora (2)" in page.text
    here_first = "Computador com Windows Este aparelho Chrome 127.0.•••.1 Entrou com senha"
    assert f"{here_first} hoje, 09:20 ativa agora Mudar nome iPhone" in page.text
    assert "hoje, 09:00 usada há 20 minutos" in page.text
    assert "Horário de Brasília" in page.text
    assert len(ROW.findall(page.html)) == 1


@asvs("7.5.2")
def test_ending_a_session_asks_once_and_ends_it(here):
    computer, phone = here
    page = computer.open("/account/sessions")
    sid = ROW.search(page.html)[1]
    assert "<details" in page.html[: page.html.index(sid)]

    after = computer.submit(page, None, sid=sid)

    assert after.name[0] == "sessions"
    assert "Sessão encerrada. O aparelho perde o acesso em até 5 segundos." in after.text
    assert after.elements["form-status"]["role"] == "status"
    assert phone.open("/account").name[0] == "login"
    assert "Abertas agora (1)" in after.text


@asvs("7.5.2")
def test_ending_all_the_others_has_a_page_that_asks(here, come_in):
    computer, phone = here
    third = come_in(ANA, "curl/8")

    asked = computer.open("/account/sessions/others")
    assert "Vamos encerrar 2 sessões" in asked.text
    assert phone.open("/account").name[0] == "account"
    after = computer.submit(asked, "revoke-others-form")

    assert "Outras sessões encerradas." in after.text
    assert computer.open("/account").name[0] == "account"
    assert phone.open("/account").name[0] == third.open("/account").name[0] == "login"


def test_with_no_other_session_there_is_nothing_to_ask(come_in):
    visitor = come_in(ANA, COMPUTER)

    assert visitor.open("/account/sessions/others").address == "/account/sessions"
    assert "end-others" not in visitor.open("/account/sessions").elements


@asvs("8.2.2")
@mission("S82")
@pytest.mark.parametrize("sid", [None, "", "ses_x", "é", "x" * 5000])
def test_what_is_not_ones_own_cannot_be_ended(here, come_in, sid):
    computer, phone = here
    bia = come_in(BIA, COMPUTER)
    page = bia.open("/account/sessions")
    theirs = ROW.search(computer.open("/account/sessions").html)[1]

    form = {"csrf_token": page.forms["sign-out-form"]["fields"]["csrf_token"]}
    for each in (sid, theirs):
        answer = bia.client.post("/account/sessions/end", data=form | {"sid": each or ""})
        assert answer.status_code == 404

    assert phone.open("/account").name[0] == "account"


@abuse("B-02")
@pytest.mark.parametrize(
    "address", ["/account/sessions/end", "/account/sessions/others", "/account/sign-out"]
)
def test_a_form_that_is_not_ours_ends_nothing(here, address):
    computer, phone = here
    sid = ROW.search(computer.open("/account/sessions").html)[1]

    answer = computer.client.post(
        address, data={"sid": sid, "csrf_token": "0" * 64}, headers=computer.headers
    )

    assert answer.status_code == 403
    assert phone.open("/account").name[0] == computer.open("/account").name[0] == "account"


def test_signing_out_ends_this_session_alone(here):
    computer, phone = here

    after = computer.submit(computer.open("/account"), "sign-out-form")

    assert after.address == "/logout/done"
    assert computer.open("/account").name[0] == "login"
    assert phone.open("/account").name[0] == "account"


@pytest.mark.parametrize("path", ["/account", "/account/sessions", "/account/sessions/others"])
def test_who_is_not_here_signs_in_and_comes_back(browser, path):
    visitor = browser()

    page = visitor.open(path)
    after = visitor.sign_in(page, ANA)

    assert page.name[0] == "login"
    assert after.address.startswith(path.removesuffix("/others"))


@asvs("14.2.5")
@abuse("B-07")
@pytest.mark.parametrize("path", ["/account/x.css", "/account;x.js", "/account%0a.css"])
def test_an_address_that_looks_like_a_file_is_never_kept(come_in, path):
    visitor = come_in(ANA, COMPUTER)

    answer = visitor.client.get(path, headers=visitor.headers)

    assert answer.status_code in {400, 404}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Ana" not in answer.text


def test_an_unknown_outcome_in_the_address_says_nothing(come_in):
    page = come_in(ANA, COMPUTER).open("/account/sessions?ended=<b>")

    assert "form-status" not in page.elements


@mission("S81")
def test_many_sessions_are_sorted_and_turned_over(here, come_in, held_clock):
    computer, _ = here
    for number in range(24):
        held_clock.shift(1)
        come_in(ANA, f"Browser{number}/1")

    first = computer.open("/account/sessions?order=newest")
    second = computer.open("/account/sessions?order=newest&page=2")

    assert "Abertas agora (26)" in first.text
    assert len(ROW.findall(first.html)) == 19  # beside this one, which is here
    assert len(ROW.findall(second.html)) == 6
    assert "Página 2 de 2" in second.text
    assert "Vamos encerrar 25 sessões" in computer.open("/account/sessions/others").text
    for odd in ("page=-1", "page=x", "page=99999999999999999999", "order=%3Cb%3E"):
        assert computer.open(f"/account/sessions?{odd}").status == 200


@mission("S81", "S83")
def test_a_new_device_is_marked_and_asked_about(here):
    computer, phone = here

    seen_from_the_phone = phone.open("/account/sessions")

    assert "Aparelho novo" in seen_from_the_phone.text
    assert "Entrada em um aparelho novo: Computador com Windows, Chrome" in seen_from_the_phone.text
    assert "Um aparelho novo entrou na sua conta" in phone.open("/account").text
    assert "new-device" not in computer.open("/account/sessions").elements


@mission("S81")
def test_the_apps_that_a_session_signed_in_to_are_named(come_in, ask):
    visitor = come_in(ANA, COMPUTER)
    visitor.submit(visitor.open(ask()), "consent-form", decision="allow")
    page = visitor.open("/account/sessions")

    assert "Aplicativos: Cofrinho" in page.text
