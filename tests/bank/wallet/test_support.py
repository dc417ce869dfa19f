"""Support looks at a wallet: masked, recorded, and moving nothing."""

from tests.support.marks import asvs, mission

DESK = {"client_id": "desk", "scope": "support:read"}


def look(bank, named, sub="desk", **claims):
    return bank.ask("GET", f"/wallet/{named}/support", sub, **(DESK | claims))


@asvs("8.2.3", "15.3.1")
@mission("S99")
def test_support_sees_what_moved_and_neither_names_nor_words_nor_the_balance(bank):
    maria, joana = bank.person(money=12_345, user_id=7), bank.person(money=1)
    bank.transfer(maria, joana, 678, description="Remédio")

    seen = look(bank, "7")

    assert seen.status_code == 200
    told = seen.get_data(as_text=True)
    assert not any(secret in told for secret in (maria, joana, "Rem", "11667"))
    assert [one["direction"] for one in seen.json["movements"]] == ["out", "in"]
    assert seen.json["movements"][0]["amount"] == 678
    assert set(seen.json) == {
        *("userId", "currency", "frozen", "hasHeld", "openedAt", "movements"),
    }


def test_every_look_is_on_the_record(bank):
    maria = bank.person(money=100)

    look(bank, maria)

    looked = bank.rows("SELECT actor FROM bank_records WHERE event = 'wallet:account:looked_at'")
    assert looked == [("desk",)]


@mission("S99")
def test_support_moves_nothing_and_reads_no_balance(bank):
    maria = bank.person(money=100)

    for method, path in (("POST", "transfer"), ("POST", "deposit"), ("GET", "balance")):
        answer = bank.ask(method, f"/wallet/{maria}/{path}", "desk", {"amount": 1}, **DESK)
        assert answer.status_code == 403

    assert bank.available(maria) == 100


def test_a_persons_token_is_no_supports(bank):
    maria, joana = bank.person(money=100), bank.person(money=100)

    refused = look(bank, joana, sub=maria, client_id="shop")

    assert (refused.status_code, refused.json["code"]) == (403, "support_only")


def test_nobodys_wallet_shows_nothing(bank):
    assert look(bank, "nobody").status_code == 422
