"""For whom a wallet opens (C12)."""

from tests.support.marks import mission


@mission("C12", "S78")
def test_who_is_not_known_well_enough_gets_no_wallet_and_hears_why(bank):
    maria = bank.person()
    bank.issuer.missing[maria] = ["email", "cpf", "age"]

    answer = bank.balance(maria)

    assert answer.status_code == 403
    assert answer.json["code"] == "identity_incomplete"
    assert answer.json["missing"] == ["email", "cpf", "age"]
    assert bank.rows("SELECT count(*) FROM wallets") == [(0,)]
    assert bank.rows("SELECT count(*) FROM bank_records") == [(0,)]


@mission("C12")
def test_it_opens_once_the_rest_is_there(bank):
    maria = bank.person()
    bank.issuer.missing[maria] = ["cpf"]
    bank.balance(maria)
    del bank.issuer.missing[maria]

    assert bank.balance(maria).status_code == 200


def test_somebody_who_left_gets_no_wallet(bank):
    maria = bank.person()
    bank.issuer.unknown.add(maria)

    assert bank.balance(maria).json["missing"] == ["account"]


def test_a_wallet_that_is_open_asks_nobody(bank):
    maria = bank.person(money=500)

    for _ in range(3):
        assert bank.balance(maria, user_id=5).status_code == 200

    assert bank.issuer.asked["people"] == 0


def test_funding_asks_nobody(bank):
    maria = bank.person()
    bank.issuer.missing[maria] = ["cpf"]

    bank.fund(maria, 500)

    assert bank.available(maria) == 500
    assert bank.issuer.asked["people"] == 0


def test_with_the_authorization_server_away_no_wallet_opens(bank):
    maria = bank.person()
    shown = {"Authorization": f"Bearer {bank.token(maria)}"}
    browser = bank.app.test_client()
    browser.get("/wallet/me/balance", headers=shown | {"Authorization": "Bearer x"})
    bank.issuer.wire.cut = True

    answer = browser.get("/wallet/me/balance", headers=shown)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert bank.rows("SELECT count(*) FROM wallets") == [(0,)]
