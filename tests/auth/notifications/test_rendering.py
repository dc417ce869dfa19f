"""Every message is complete and plain in both languages, and an SMS is one SMS."""

import re
from datetime import UTC, datetime

import pytest

from app.auth.notifications import gsm, messages, rendering
from app.foundation import words
from tests.support.marks import abuse, mission

AT = datetime(2026, 11, 20, 17, 35, tzinfo=UTC)
TOLD = {
    "code": "493027",
    "minutes": 1440,
    "link": "https://conta.banco-exemplo.com.br/reset/aBcD",
    "stop_link": "https://conta.banco-exemplo.com.br/recover/stop/aBcD",
    "at": AT,
    "ends_at": datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    "device": "Computador Windows, Firefox",
    "place": "187.33.•••.12",
    "name": "Celular da Ana",
    "app": "Cofrinho",
    "deed": "pagar R$\xa01.000.250,00 a Maria das Dores Albuquerque Ca",
    "factor": "totp",
    "contact": "email",
    "left": 7,
    "institution": "Banco Boreal",
    "amount": 125_000,
    "currency": "BRL",
    "payee": "Marina Alves",
    "payer": "Padaria do Bruno",
    "limit": "night",
}
LANGUAGES = ("pt-BR", "en")
EACH = [(n, c, tag) for n, m in messages.CATALOGUE.items() for c in m.channels for tag in LANGUAGES]


@pytest.fixture
def database_kind():
    """Messages are written out alike whatever they are kept in."""
    return "sqlite"


@pytest.fixture
def bank(create_house):
    """A bank with names of the usual length; a context is open, and no request."""
    app = create_house(
        "auth", ISSUER="https://conta.banco-exemplo.com.br", BRAND_NAME="Banco Exemplo"
    )
    with app.app_context():
        yield app


def written(name, channel, tag, **more):
    needed = messages.CATALOGUE[name].context
    return rendering.write("msg_1", name, channel, tag, {k: (TOLD | more)[k] for k in needed})


@mission("S9", "S72")
@pytest.mark.parametrize(("name", "channel", "tag"), EACH)
def test_every_message_says_all_it_is_told_and_nothing_unfilled(bank, name, channel, tag):
    message = written(name, channel, tag)

    parts = [message.text, message.html] if channel == "mail" else [message.text]
    for part in parts:
        assert not re.search(r"\{|\}\}|None|\n\n\n", re.sub(r"(?s)<style>.*</style>", "", part))
        assert "Banco Exemplo" in part or channel == "push"  # whose name the browser shows
        for each in ("code", "stop_link", "link") if channel == "mail" else ("code",):
            assert each not in messages.CATALOGUE[name].context or TOLD[each] in part
    if channel == "push":
        assert len(message.text) < 120
        assert message.opens.startswith("/account")
    if channel != "sms":
        assert 10 < len(message.subject) < 70
    if channel == "mail":
        assert f'lang="{tag}"' in message.html
        assert "conta.banco-exemplo.com.br" in message.text
        assert "msg_1" in message.text


@mission("S111")
def test_a_payment_is_told_in_the_words_of_the_document(bank):
    mail = written("payment_done", "mail", "pt-BR")

    assert mail.subject == "Seu pagamento foi concluído com sucesso"
    assert "Seu pagamento foi concluído com sucesso" in mail.text
    for each in ("R$\xa01.250,00", "Marina Alves", "20/11/2026 às 14:35"):
        assert each in mail.text
        assert each in mail.html
    push = written("payment_done", "push", "pt-BR")
    assert push.subject == "Seu pagamento foi concluído com sucesso"
    assert push.text == "R$\xa01.250,00 para Marina Alves, 20/11/2026 às 14:35."
    sms = written("payment_done", "sms", "pt-BR").text
    assert "Seu pagamento foi concluido com sucesso. R$ 1.250,00 para Marina Alves" in sms


@pytest.mark.parametrize("channel", ["sms", "push"])
@pytest.mark.parametrize("name", [n for n, m in messages.CATALOGUE.items() if m.kind])
def test_a_long_name_and_a_great_amount_still_fit(bank, name, channel):
    long = "Maria Aparecida dos Santos de Albuquerque e Souza Filha de Oliveira"
    for tag in LANGUAGES:
        for limit in ("deed", "day", "night"):
            more = {"payee": long, "payer": long, "amount": 10**12, "limit": limit}
            text = written(name, channel, tag, **more).text
            assert len(text) <= (gsm.MOST if channel == "sms" else 119), text


@pytest.mark.parametrize(("name", "channel", "tag"), [e for e in EACH if e[1] == "sms"])
def test_an_sms_is_one_sms_in_the_letters_every_phone_has(bank, name, channel, tag):
    for factor in ("totp", "sms", "email", "recovery_codes", "passkey"):
        text = written(name, channel, tag, factor=factor).text

        assert len(text) <= gsm.MOST, text
        assert set(text) <= gsm.BASIC
        assert "http" not in text


def test_letters_an_sms_lacks_are_written_plainly():
    assert gsm.plain("não é você: “ação” – ªº €") == 'nao é voce: "acao" - ao ?'


@pytest.mark.parametrize(("tag", "said"), [("pt-BR", "20/11/2026 às 14:35"), ("en", "20 Nov 2026")])
def test_times_are_those_of_the_institution_and_say_so(bank, tag, said):
    text = written("password_changed", "mail", tag).text

    assert said in text
    with words.spoken_as(tag):
        assert words.zone_name() in text


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "1 minuto."), (10, "10 minutos."), (90, "90 minutos."), (1440, "24 h")],
)
def test_it_says_how_long_a_code_is_good(bank, minutes, said):
    assert said in written("confirm_email", "mail", "pt-BR", minutes=minutes).text


@pytest.mark.parametrize("name", ["device", "place"])
def test_what_is_not_known_is_said_to_be_so(bank, name):
    assert "não reconhecido" in written("new_sign_in", "mail", "pt-BR", **{name: None}).text


@abuse("B-05")
def test_a_message_to_whoever_typed_an_address_carries_nothing_they_wrote():
    chosen = {"device", "place", "name", "app"}

    for name in ("confirm_email", "confirm_phone", "already_registered", "reset_code"):
        assert not chosen & set(messages.CATALOGUE[name].context)


def test_a_language_is_spoken_in_a_block_and_no_longer(auth_app):
    with auth_app.test_request_context("/?ui_locales=en"):
        with words.spoken_as("pt-BR"):
            assert words.locale() == "pt-BR"
        assert words.locale() == "en"
