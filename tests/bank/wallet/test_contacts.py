"""Keys to a wallet: a contact is claimed by who proved it, and pays its owner."""

import pytest

from tests.support.marks import abuse, asvs, mission

SCOPE = "wallet:read wallet:transfer wallet:limits"


def claim(bank, sub, contact):
    return bank.ask("POST", "/wallet/me/keys", sub, contact, scope=SCOPE)


def prove(bank, sub, contact):
    bank.issuer.proved[contact] = sub


@mission("S100")
@pytest.mark.parametrize(
    ("contact", "to"),
    [
        ({"email": "Joana@Exemplo.com.br"}, "joana@exemplo.com.br"),
        ({"email": "joana@exemplo.com.br"}, {"email": "JOANA@exemplo.com.br"}),
        ({"phone": "+5511987654321"}, "+5511987654321"),
        ({"cpf": "123.456.789-09"}, {"cpf": "12345678909"}),
    ],
)
def test_money_reaches_the_owner_of_a_contact(bank, contact, to):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    for written in ("joana@exemplo.com.br", "+5511987654321", "12345678909"):
        prove(bank, joana, written)
    assert claim(bank, joana, contact).status_code == 201

    done = bank.transfer(maria, to, 100)

    assert (done.status_code, bank.available(joana)) == (201, 101)


def test_who_has_not_proved_a_contact_claims_nothing(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    prove(bank, joana, "joana@exemplo.com.br")

    refused = claim(bank, maria, {"email": "joana@exemplo.com.br"})

    assert (refused.status_code, refused.json["code"]) == (422, "contact_not_proved")
    assert bank.transfer(maria, "joana@exemplo.com.br", 1).json["code"] == "unknown_payee"


def test_a_contact_that_went_to_somebody_else_goes_with_them(bank):
    maria, joana, bia = (bank.person(money=1_000) for _ in range(3))
    prove(bank, joana, "casa@exemplo.com.br")
    claim(bank, joana, {"email": "casa@exemplo.com.br"})
    prove(bank, bia, "casa@exemplo.com.br")

    assert claim(bank, bia, {"email": "casa@exemplo.com.br"}).status_code == 201

    bank.transfer(maria, "casa@exemplo.com.br", 100)
    assert (bank.available(joana), bank.available(bia)) == (1_000, 1_100)


def test_a_removed_key_opens_nothing(bank):
    maria, joana = bank.person(money=1_000), bank.person(money=1)
    prove(bank, joana, "+5511987654321")
    key = claim(bank, joana, {"phone": "+5511987654321"}).json["keyId"]

    assert bank.ask("DELETE", f"/wallet/me/keys/{key}", maria, scope=SCOPE).status_code == 404
    assert bank.ask("DELETE", f"/wallet/me/keys/{key}", joana, scope=SCOPE).status_code == 204

    assert bank.transfer(maria, "+5511987654321", 1).json["code"] == "unknown_payee"
    assert bank.ask("GET", "/wallet/me/keys", joana, scope=SCOPE).json["items"] == []


@asvs("14.2.6")
@mission("S118")
def test_keys_are_listed_masked_and_kept_as_digests(bank):
    joana = bank.person(money=1)
    for kind, contact in (("email", "joana@exemplo.com.br"), ("phone", "+5511987654321")):
        prove(bank, joana, contact)
        claim(bank, joana, {kind: contact})

    listed = bank.ask("GET", "/wallet/me/keys", joana, scope=SCOPE).json["items"]

    assert [one["shown"] for one in listed] == ["j***@exemplo.com.br", "+55*****4321"]
    kept = str(bank.rows("SELECT * FROM wallet_keys"))
    assert "joana@" not in kept
    assert "98765" not in kept


@abuse("F-03")
@pytest.mark.parametrize(
    "contact",
    [
        *({}, {"email": 1}, {"email": ""}, {"email": "a@b@c"}, {"phone": "11987654321"}),
        *({"cpf": "1234567890"}, {"name": "Joana"}, {"email": "a@b.c", "phone": "+551"}),
        {"email": "jo\u0131na@exemplo.com"},
    ],
)
def test_what_is_no_contact_is_refused_by_its_field(bank, contact):
    joana = bank.person(money=1)

    for answer in (claim(bank, joana, contact), bank.transfer(joana, contact, 1)):
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
        assert answer.json["errors"][0]["field"] in {"key", "to"}


def test_with_the_issuer_away_nothing_is_claimed(bank):
    joana = bank.person(money=1)
    bank.available(joana)
    bank.issuer.unknown.add("joana@exemplo.com.br")

    assert claim(bank, joana, {"email": "joana@exemplo.com.br"}).status_code == 422
    assert bank.rows("SELECT 1 FROM wallet_keys") == []
