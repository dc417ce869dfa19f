"""The page of a deed: how much, to whom, from where; approve it or refuse it, once."""

import json
import re

import pytest
from joserfc.jwk import ECKey

from app.auth.deeds import bank_keys
from tests.auth import outbox
from tests.auth.crowds import at_once
from tests.auth.factors.authenticator import PRESENT, Authenticator, encoded
from tests.auth.pages import passkeys, paying
from tests.auth.pages.codes import ANA, NUMBER
from tests.auth.pages.paying import SCOPE
from tests.auth.pages.visitor import CALLBACK
from tests.support import deeds, steps
from tests.support.marks import abuse, asvs, mission, rfc

BIA = "bia@exemplo.com.br"
LOA3 = "urn:brasil:openbanking:loa3"


@pytest.fixture
def device(come_in, codes):
    """Ana's browser, and her passkey; her contacts are proved."""
    ana, device = come_in(), Authenticator()
    passkeys.add_passkey(ana, device)
    return ana, device


def sign(visitor, page, device, **shown):
    """Approve the deed of ``page`` by a passkey, as its script would."""
    asked = passkeys.asked_of(page, "get")
    form = {"method": "passkey", "deed": page.forms[None]["fields"]["deed"]}
    form["credential"] = device.show(asked, **shown)
    return passkeys.post(visitor, page, page.address.partition("?")[0], **form)


@mission("S78", "S79")
@rfc("9396", "5")
def test_all_that_the_bank_signed_is_on_the_page(come_in, pay, codes):
    ana = come_in()

    page = ana.open(pay(first_payment=True, due_date="2026-12-01", source={"id": "wal_1"}))

    assert page.name == ("payment", "ready"), page.text
    amount = page.elements["tx-amount"]
    assert (amount["data-amount"], amount["data-currency"]) == ("125000", "BRL")
    assert "<title>Confirmar pagamento de R$\xa01.250,00 para Marina Alves" in page.html
    for told in ("R$\xa01.250,00", "Marina Alves", "•••.456.789-••", "Banco Azul", "Carteira"):
        assert told in page.html, told
    assert "Aluguel de novembro" in page.text
    assert "01/12/2026" in page.text
    assert "Primeiro pagamento para esta pessoa" in page.text
    assert "Você entrou como Ana Souza" in page.text
    assert "Cofrinho pediu este pagamento" in page.text
    assert {"consent-deny", "tx-payee", "request-expires"} <= set(page.elements)


@mission("S78")
@pytest.mark.parametrize(
    ("kind", "payee", "said"),
    [
        (
            "bill_payment",
            {"id": "34191790010104351004791020150008291070026000", "name": "Luz"},
            "34",
        ),
        ("phone_topup", {"id": "+5511987654321", "name": "Claro"}, "+5511987654321"),
        ("atm_withdrawal", {"id": "ATM-17", "name": "Caixa da Sé"}, "ATM-17"),
        ("atm_withdrawal", {"id": "atm", "name": "Caixa eletrônico"}, "Caixa eletrônico"),
    ],
)
def test_each_kind_of_deed_has_its_words(come_in, pay, codes, kind, payee, said):
    page = come_in().open(pay(scope=f"openid {deeds.SCOPES[kind]}", type=kind, payee=payee))

    assert page.name == ("payment", "ready"), page.text
    assert said in page.text
    assert "Primeiro pagamento" not in page.text


@mission("S78", "S79", "S80")
@rfc("9396", "7")
@rfc("9470", "5")
def test_a_passkey_over_the_digest_approves_exactly_this_deed(app, device, pay, decided):
    ana, key = device
    page = ana.open(pay({"acr_values": "phr", "max_age": "300"}))
    asked = json.loads(passkeys.asked_of(page, "get"))

    answer = paying.redeem(ana, sign(ana, page, key))

    [entry] = answer["authorization_details"]
    claims = steps.claims_of(answer["access_token"])
    assert claims["authorization_details"] == [entry]
    assert claims["acr"] == "phr"
    assert (entry["amount"], entry["payee"]) == (125_000, deeds.MARINA)
    assert (entry["approved_by"], entry["digest"]) == ("passkey", asked["challenge"])
    assert "deed" not in entry
    [row] = decided()
    assert (row.decision, row.method, row.origin) == (
        "approved",
        "passkey",
        "http://localhost:3000",
    )
    assert encoded(row.digest) == entry["digest"]
    with app.app_context():
        [told] = [m for m in outbox.waiting(ANA) if m.name == "deed_approved"]
    assert told.context["deed"] == "pagar R$ 1.250,00 a Marina Alves"


@mission("S79")
def test_a_code_sent_for_this_deed_approves_it(app, come_in, pay, codes, decided):
    ana = come_in()
    page = ana.open(pay())
    assert codes.sent(NUMBER) == []

    page = ana.submit(page, "otp-send-form")
    with app.app_context():
        [sms] = outbox.waiting(NUMBER)
    after = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    assert sms.name == "deed_code"
    assert sms.context["deed"] == "pagar R$ 1.250,00 a Marina Alves"
    answer = paying.redeem(ana, after)
    assert answer["authorization_details"][0]["approved_by"] == "sms"
    assert steps.claims_of(answer["access_token"])["acr"] == LOA3
    [row] = decided()
    assert (row.method, row.channel, row.destination) == ("sms", "sms", "•••• 4321")
    assert len(row.text_digest) == 32


@rfc("9396", "6")
def test_a_token_that_is_renewed_has_no_money_any_more(device, pay):
    ana, key = device
    asked = {"scope": f"{SCOPE} offline_access"}
    answer = paying.redeem(ana, sign(ana, ana.open(pay(**asked)), key))

    form = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    renewed = ana.client.post("/oauth/token", data=form | {"client_id": "cofrinho"}).json

    assert "authorization_details" not in renewed
    assert "authorization_details" not in steps.claims_of(renewed["access_token"])


def test_a_no_needs_no_code_and_tells_the_app(come_in, pay, codes, decided):
    ana = come_in()

    after = ana.submit(ana.open(pay()), "consent-deny-form")

    assert "error=access_denied" in after.address
    assert "state=s" in after.address
    assert "iss=" in after.address
    [row] = decided()
    assert (row.decision, row.method, row.signature) == ("refused", None, None)


@abuse("F-14")
@pytest.mark.parametrize("first", ["yes", "no"])
def test_a_deed_is_answered_once(ask, bank, ana_sub, device, decided, first):
    details = bank.asking(ana_sub, "cofrinho")
    address = ask(scope=SCOPE, authorization_details=details)
    ana, key = device
    page, other = ana.open(address), ana.open(address)
    if first == "yes":
        sign(ana, page, key)
    else:
        ana.submit(page, "consent-deny-form")

    again = ana.open(address)
    late = sign(ana, other, key)

    for closed in (again, late):
        assert (closed.status, closed.name) == (409, ("payment", "decided"))
        assert "stepup-passkey" not in closed.elements
    assert "error=access_denied" in ana.submit(late, "consent-deny-form").address
    assert len(decided()) == 1


@abuse("F-14")
def test_of_many_tabs_at_once_one_approves(ask, bank, ana_sub, device, decided):
    details = bank.asking(ana_sub, "cofrinho")
    ana, _key = device
    tabs = [ana.open(ask(scope=SCOPE, authorization_details=details)) for _ in range(6)]
    cookie = "; ".join(f"{c.key}={c.value}" for c in ana.client._cookies.values())
    app, statuses = ana.client.application, []

    def approve(page):
        form = {"csrf_token": passkeys.token(page), "decision": "deny"}
        other = app.test_client(use_cookies=False)
        headers = {"Accept": "text/html", "Cookie": cookie}
        statuses.append(other.post(page.address, data=form, headers=headers).status_code)

    at_once([lambda page=page: approve(page) for page in tabs], 6)

    assert set(statuses) <= {303, 409}
    assert len(decided()) == 1


@abuse("F-13", "W-02")
def test_a_passkey_that_signed_another_deed_approves_nothing(device, pay, decided):
    ana, key = device
    ten, thousand = ana.open(pay(amount=10_00)), ana.open(pay(amount=1_000_00))
    form = {"method": "passkey", "credential": key.show(passkeys.asked_of(ten, "get"))}

    for named in (ten, thousand):
        deed = named.forms[None]["fields"]["deed"]
        after = passkeys.post(ana, thousand, thousand.address, deed=deed, **form)
        assert after.name[0] == "payment"
        assert after.status in {409, 422}

    assert decided() == []


@abuse("F-13")
def test_what_is_answered_must_be_what_was_looked_at(come_in, pay, codes, decided):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "otp-send-form")

    for deed in (None, "", "A" * 43):
        after = ana.submit(page, "otp-form", otp=codes.last(NUMBER), deed=deed)
        assert (after.status, after.name[0]) == (409, "payment")
        assert "O valor ou quem recebe mudou depois que você abriu esta página" in after.text

    assert decided() == []


@abuse("W-01")
@pytest.mark.parametrize(
    "shown",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"type": "webauthn.create"},
        {"crossOrigin": True},
    ],
    ids=["origin", "rpId", "nobody verified", "type", "frame"],
)
def test_a_passkey_shown_wrongly_approves_nothing(device, pay, decided, shown):
    ana, key = device
    page = ana.open(pay())

    after = sign(ana, page, key, **shown)

    assert (after.status, after.name) == (422, ("payment", "error"))
    assert decided() == []
    assert sign(ana, after, key).address.startswith(CALLBACK)


@abuse("W-02")
def test_a_passkey_shown_for_another_purpose_approves_nothing(device, pay, ask, decided):
    ana, key = device
    page = ana.open(pay())
    other = ana.open(ask(prompt="login"))
    shown = key.show(passkeys.asked_of(other, "get"))
    deed = page.forms[None]["fields"]["deed"]

    after = passkeys.post(ana, page, page.address, method="passkey", deed=deed, credential=shown)

    assert (other.name[0], after.status) == ("login", 422)
    assert decided() == []


@abuse("W-02")
def test_what_approved_a_deed_signs_nobody_in(device, browser, pay, ask):
    ana, key = device
    page = ana.open(pay())
    shown = key.show(passkeys.asked_of(page, "get"))
    stranger = browser()
    login = stranger.open(ask())

    after = passkeys.post(stranger, login, login.address, method="passkey", credential=shown)

    assert after.status in {403, 422}
    assert stranger.open("/account").name[0] == "login"


@abuse("F-13")
def test_somebody_elses_passkey_approves_nothing(come_in, device, pay, decided):
    ana, _key = device
    bias = Authenticator()
    passkeys.add_passkey(come_in(BIA), bias)
    page = ana.open(pay())

    after = sign(ana, page, bias)

    assert (after.status, after.name) == (422, ("payment", "error"))
    assert decided() == []


@asvs("6.6.2")
@abuse("F-13", "O-01")
def test_a_code_for_one_deed_is_good_for_no_other(held_clock, come_in, pay, codes, decided):
    ana = come_in()
    ten, thousand = ana.open(pay(amount=10_00)), ana.open(pay(amount=1_000_00))
    ten = ana.submit(ten, "otp-send-form")
    code = codes.last(NUMBER)
    form = {**ten.forms["otp-form"]["fields"], **thousand.forms["otp-send-form"]["fields"]}
    thousand.forms["typed"] = {"action": thousand.address, "fields": form}

    after = ana.submit(thousand, "typed", otp=code)

    assert (after.status, after.name) == (422, ("payment", "error"))
    assert decided() == []


@abuse("O-01")
def test_a_code_for_a_deed_signs_nobody_in_and_one_to_sign_in_approves_nothing(
    held_clock, browser, ask, pay, codes, decided
):
    codes.turn_on("sms_code")
    ana = browser()
    page = ana.sign_in(ana.open(ask()), ANA)
    entering = codes.last(NUMBER)
    ana.submit(page, "otp-form", otp=entering)
    held_clock.shift(61)
    page = ana.submit(ana.open(pay()), "otp-send-form")
    approving = codes.last(NUMBER)
    other = browser()
    held_clock.shift(61)
    door = other.sign_in(other.open(ask()), ANA)

    assert approving != entering
    assert ana.submit(page, "otp-form", otp=entering).status == 422
    assert other.submit(door, "otp-form", otp=approving).status == 422
    assert decided() == []


@abuse("O-04")
def test_after_five_wrong_codes_none_is_judged(held_clock, come_in, pay, codes, decided):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "otp-send-form")
    wrong = codes.wrong(NUMBER)
    for _ in range(5):
        assert ana.submit(page, "otp-form", otp=wrong).status == 422

    limited = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    assert (limited.status, limited.name) == (429, ("payment", "limited"))
    assert decided() == []
    assert "error=access_denied" in ana.submit(limited, "consent-deny-form").address


@asvs("6.3.6")
@mission("C7")
@abuse("F-13")
def test_codes_by_mail_of_an_app_or_on_paper_never_approve(
    held_clock, browser, pay, codes, phone, decided
):
    paper = codes.turn_on("email_code")
    ana = browser()
    ana.submit(ana.sign_in(ana.open("/account"), ANA), "otp-form", otp=phone.code())
    held_clock.shift(60)
    page = ana.open(pay())

    for method, answer in (("totp", phone.code()), ("recovery_code", paper[0])):
        fields = {"csrf_token": passkeys.token(page), "method": method, "otp": answer}
        fields |= {"recovery_code": answer, "deed": page.forms["otp-send-form"]["fields"]["deed"]}
        page.forms["typed"] = {"action": page.address, "fields": fields}
        assert ana.submit(page, "typed").status == 422

    assert codes.sent(ANA) == []
    assert decided() == []


def test_who_has_no_way_to_approve_is_told_so_and_so_is_the_app(come_in, pay, decided):
    ana = come_in()

    page = ana.open(pay({"acr_values": f"phr {LOA3}", "max_age": "300"}))
    after = ana.submit(page, "consent-deny-form")

    assert page.name == ("payment", "ready")
    assert {"no-way", "set-up"} <= set(page.elements)
    assert "error=unmet_authentication_requirements" in after.address
    assert decided() == []


def test_where_only_a_passkey_will_do_no_code_is_offered(come_in, pay, codes):
    claims = json.dumps({"id_token": {"acr": {"essential": True, "values": ["phr"]}}})
    ana = come_in()

    after = ana.open(pay({"claims": claims}))

    assert "error=unmet_authentication_requirements" in after.address


@rfc("9470", "5")
def test_nothing_else_is_asked_beside_a_deed(held_clock, device, pay):
    ana, key = device
    held_clock.shift(1200)

    page = ana.open(pay({"acr_values": f"phr {LOA3}", "max_age": "300"}))
    answer = paying.redeem(ana, sign(ana, page, key))

    assert page.name[0] == "payment"
    claims = steps.claims_of(answer["access_token"])
    assert claims["iat"] - claims["auth_time"] == 0


def test_a_code_alone_is_too_little_for_an_old_sign_in(held_clock, come_in, pay, codes):
    ana = come_in()
    held_clock.shift(301)

    assert ana.open(pay({"max_age": "300"})).name[0] == "login"


def test_who_signed_in_on_the_way_has_as_long_as_the_deed(held_clock, browser, pay, codes):
    ana = browser()
    page = ana.sign_in(ana.open(pay({"max_age": "60"})), ANA)
    page = ana.submit(page, "otp-send-form")
    held_clock.shift(120)

    assert "code=" in ana.submit(page, "otp-form", otp=codes.last(NUMBER)).address


def test_a_deed_that_is_over_is_told_with_a_way_back(held_clock, come_in, pay, codes, decided):
    ana = come_in()
    page = ana.submit(ana.open(pay()), "otp-send-form")
    held_clock.shift(601)

    for late in (ana.submit(page, "otp-form", otp=codes.last(NUMBER)), ana.open(page.address)):
        assert (late.status, late.name) == (410, ("payment", "expired"))
        assert "Este pedido venceu às 09:10. Nada foi pago. Volte a Cofrinho" in late.text
    assert "error=access_denied" in ana.submit(late, "consent-deny-form").address
    assert decided() == []


@pytest.fixture
def stolen(app, bank):
    """The bank's key was stolen and is withdrawn: ``stolen()``; the key set tells at once."""

    def withdraw():
        bank.key = ECKey.generate_key("P-256", {"kid": "bank-2"}, private=True)
        bank_keys.init_app(app, bank.transport)

    return withdraw


@abuse("F-13")
@mission("S78")
@pytest.mark.parametrize("way", ["passkey", "code"])
def test_a_deed_whose_key_the_bank_has_withdrawn_is_approved_no_more(
    come_in, pay, codes, decided, stolen, way
):
    ana, key = come_in(), Authenticator()
    if way == "passkey":
        passkeys.add_passkey(ana, key)
    page = ana.open(pay())
    if way == "code":
        page = ana.submit(page, "otp-send-form")
    stolen()

    if way == "passkey":
        after = sign(ana, page, key)
    else:
        after = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    assert (after.status, after.name) == (410, ("payment", "expired"))
    assert "O banco retirou este pedido. Nada foi pago. Volte a Cofrinho" in after.text
    assert decided() == []
    assert "error=access_denied" in ana.submit(after, "consent-deny-form").address
    assert [(row.decision, row.bank_key) for row in decided()] == [("refused", None)]


def test_with_the_bank_away_the_deed_that_was_judged_is_approved(app, bank, device, pay, decided):
    ana, key = device
    page = ana.open(pay())
    bank.away = True
    bank_keys.init_app(app, bank.transport)

    assert sign(ana, page, key).address.startswith(CALLBACK)
    assert [row.bank_key for row in decided()] == [None]


@abuse("B-02")
@rfc("9700", "4.7")
@pytest.mark.parametrize("form", ["otp-send-form", "consent-deny-form", "switch-form"])
def test_an_answer_that_is_not_from_our_form_is_refused(come_in, pay, codes, decided, form):
    ana = come_in()
    page = ana.open(pay())

    assert ana.submit(page, form, csrf_token="0" * 64).status == 403

    assert decided() == []
    assert codes.sent(NUMBER) == []


def test_the_page_decides_what_else_is_asked_for(come_in, pay, ask, codes):
    ana = come_in()
    page = ana.open(pay(scope="openid profile wallet:transfer"))
    page = ana.submit(page, "otp-send-form")

    after = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    assert "Ver seu nome e dados básicos do perfil" in page.text
    assert "code=" in after.address
    assert "code=" in ana.open(ask(scope="openid profile")).address


def test_someone_else_may_be_there_and_then_it_is_not_theirs(come_in, pay, codes):
    ana = come_in()

    login = ana.submit(ana.open(pay()), "switch-form")

    assert login.name[0] == "login"
    assert "error=login_required" in ana.sign_in(login, BIA).address


def test_the_app_asks_in_english_and_the_page_speaks_it(come_in, pay, codes):
    page = come_in().open(pay({"ui_locales": "en"}))

    assert "Approve payment" in page.text
    assert re.search(r"R\$\s?1,250\.00", page.html)
