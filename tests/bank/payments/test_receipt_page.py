"""The receipt as a page: in the reader's language, nothing of it taken for markup."""

import tomllib

import pytest

from app.bank.payments.printing import WORDS
from tests.bank.payments.boletos_made import of_bank
from tests.support.marks import asvs, mission

BARCODE, LINE = of_bank(amount=125_000)
PAGE = {"Accept": "text/html", "Accept-Language": "pt-BR"}


@pytest.fixture
def paid(till):
    """A function: pay a bill with ``description``; return the owner and the receipt's path."""

    def paid(description="Aluguel"):
        maria = till.bank.person(money=500_000)
        made = till.pay(maria, "bill", {"barcode": BARCODE, "description": description})
        return maria, f"/{made.json['paymentId']}/receipt"

    return paid


@mission("S103")
def test_a_receipt_is_a_page_for_who_prefers_one(till, paid):
    maria, path = paid()

    answer = till.get(maria, path, **PAGE)

    page, told = answer.text, till.get(maria, path).json
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    assert 'data-page="receipt" data-state="completed"' in page
    assert '<html lang="pt-BR">' in page
    for words in ("Comprovante de pagamento", "R$\xa01.250,00", "01/12/2026", "Autenticação"):
        assert words in page
    typed = f"{LINE[:5]}.{LINE[5:10]} {LINE[10:15]}.{LINE[15:21]} {LINE[21:26]}.{LINE[26:32]} "
    typed += f"{LINE[32]} {LINE[33:]}"
    for value in (told["authenticationCode"], typed, told["paymentId"], "Loja Simulada Ltda."):
        assert value in page


def test_it_speaks_the_readers_language(till, paid):
    maria, path = paid()

    page = till.get(maria, path, **(PAGE | {"Accept-Language": "en-GB"})).text

    assert '<html lang="en">' in page
    assert "Receipt of payment" in page


@asvs("1.1.2")
def test_what_a_person_wrote_is_no_markup(till, paid):
    maria, path = paid("<script>alert(1)</script>")

    page = till.get(maria, path, **PAGE).text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_its_style_is_there_for_the_browser_alone(till, paid):
    maria, path = paid()
    client = till.app.test_client()

    answer = till.get(maria, path, **PAGE)
    style = client.get("/payments/static/receipt.css")

    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert (style.status_code, style.mimetype) == (200, "text/css")
    assert client.get("/payments/static/../../config.py").status_code == 404


def test_a_reversed_payment_says_so(till, maria, supplier):
    supplier.book.behave(["reverse"])
    supplier.app.config["SECONDS"] = 0
    topup = {"phone": "11987654321", "carrier": "tim", "amount": 2_000}
    made = till.pay(maria, "topup", topup).json["paymentId"]
    till.work()

    page = till.get(maria, f"/{made}/receipt", **PAGE).text

    assert 'data-state="reversed"' in page
    assert "o valor voltou para a sua carteira" in page
    assert "+5511987654321" in page


def test_every_language_has_the_same_words():
    found = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in WORDS.glob("*.toml")}

    assert found.keys() == {"pt-BR", "en"}
    assert len({repr({part: sorted(words) for part, words in each.items()}) for each in
                found.values()}) == 1  # fmt: skip
