"""The challenge of a deed: the bank's own signed word of what is to be approved."""

from concurrent.futures import ThreadPoolExecutor

from joserfc import jws
from joserfc.jwk import KeySet

from app.bank.authority import asking, people
from app.bank.deeds import keys
from tests.bank.approving import approved, claims_of
from tests.support.marks import abuse, asvs, mission, rfc


def challenge(bank, amount=125_000, **more):
    maria, joana = bank.person(money=200_000), bank.person(money=1)
    return maria, joana, bank.transfer(maria, joana, amount, **more)


@rfc("9396", "2")
@rfc("9470", "3")
@mission("S78", "S100")
def test_the_challenge_names_exactly_what_to_ask_approval_of(bank):
    maria, joana, answer = challenge(bank, description="Aluguel")

    assert answer.status_code == 401
    assert (
        'acr_values="phr urn:brasil:openbanking:loa3", max_age="300"'
        in (answer.headers["WWW-Authenticate"])
    )
    assert answer.json["acr_values"] == ["phr", "urn:brasil:openbanking:loa3"]
    assert (answer.json["max_age"], answer.json["scope"]) == (300, "wallet:read wallet:transfer")
    (entry,) = answer.json["authorization_details"]
    wallet = bank.rows("SELECT id FROM wallets WHERE owner_sub = :sub", sub=maria)[0][0]
    named = {
        "type": "wallet_transfer",
        "locations": ["http://localhost:3000/bank/wallet"],
        "amount": 125_000,
        "currency": "BRL",
        "description": "Aluguel",
        "source": wallet,
    }
    assert {name: entry[name] for name in named} == named
    assert entry["payee"]["id"] == joana
    assert entry["payee"]["name"]


@asvs("4.1.5")
@rfc("9728", "2")
@rfc("7515", "5.2")
def test_the_deed_is_signed_by_a_key_that_the_bank_publishes(bank):
    maria, _joana, answer = challenge(bank)
    (entry,) = answer.json["authorization_details"]
    client = bank.app.test_client()
    metadata = client.get("/.well-known/oauth-protected-resource/bank").json
    published = client.get(metadata["jwks_uri"].removeprefix("http://localhost:3000"))

    signed = jws.deserialize_compact(entry["deed"], KeySet.import_key_set(published.json))

    assert signed.headers()["typ"] == "deed+jwt"
    claims = claims_of(entry["deed"])
    assert (claims["iss"], claims["aud"]) == ("http://localhost:3000/bank", "http://localhost:3000")
    assert (claims["sub"], claims["client_id"]) == (maria, "shop")
    assert claims["jti"] == entry["transaction_id"]
    assert claims["exp"] - claims["iat"] == 600
    assert claims["source"] == {"id": entry["source"]}
    assert claims["payee"] == entry["payee"]
    assert claims["reasons"] == ["amount", "cumulative_amount"]
    assert not any("d" in key for key in published.json["keys"])


@rfc("9728", "2")
def test_the_metadata_names_the_kinds_of_deeds(bank):
    client = bank.app.test_client()

    room = client.get("/.well-known/oauth-protected-resource/bank/wallet").json

    assert "wallet_transfer" in room["authorization_details_types_supported"]


def test_no_two_challenges_name_one_deed_and_none_leaves_a_row(bank):
    maria, joana, _answer = challenge(bank)

    twice = [bank.transfer(maria, joana, 125_000, key="same") for _ in range(2)]

    names = {one.json["authorization_details"][0]["transaction_id"] for one in twice}
    assert len(names) == 2
    assert bank.rows("SELECT 1 FROM bank_idempotency_keys") == []
    assert bank.rows("SELECT 1 FROM bank_spent_approvals") == []


def test_the_first_payment_to_somebody_needs_approval_and_says_so(open_bank):
    bank = open_bank(STEP_UP_FIRST_PAYEE=True)
    maria, joana, answer = challenge(bank, amount=1)

    assert [one["code"] for one in answer.json["errors"]] == ["first_payee"]
    (entry,) = answer.json["authorization_details"]
    assert claims_of(entry["deed"])["first_payment"] is True
    trusted = bank.app.test_cli_runner().invoke(args=["wallets", "trust", maria, joana])
    assert trusted.exit_code == 0
    assert bank.transfer(maria, joana, 1).status_code == 201


@abuse("F-17")
def test_nobody_reads_everybodys_name_by_ordering(held_clock, open_bank):
    bank = open_bank(STEP_UP_CHALLENGES=3, STEP_UP_CHALLENGES_SECONDS=600)
    maria, joana = bank.person(money=400_000), bank.person(money=200_000)
    payees = [bank.person(money=1, user_id=n) for n in range(1, 6)]
    bank.issuer.asked.clear()

    answers = [bank.transfer(maria, payee, 125_000) for payee in payees]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert (answers[-1].json["code"], answers[-1].headers["Retry-After"]) == (
        "too_many_challenges",
        "600",
    )
    assert bank.issuer.asked["people"] == 3
    assert bank.transfer(joana, payees[0], 125_000).status_code == 401
    approved_one = bank.order(maria, {"to": payees[0], "amount": 125_000}, **approved(answers[0]))
    assert approved_one.status_code == 201
    held_clock.shift(599)
    assert bank.transfer(maria, payees[0], 125_000).status_code == 429
    held_clock.shift(1)
    assert bank.transfer(maria, payees[0], 125_000).status_code == 401


@abuse("F-17")
def test_in_parallel_no_challenge_is_forgotten(open_bank):
    bank = open_bank(STEP_UP_CHALLENGES=5, DATABASE_POOL_SIZE=25)
    maria, joana = bank.person(money=200_000), bank.person(money=1)

    with ThreadPoolExecutor(12) as pool:
        shown = pool.map(lambda _: bank.transfer(maria, joana, 125_000).status_code, range(20))
        answers = list(shown)

    assert (answers.count(401), answers.count(429)) == (5, 15)


def test_a_payee_whom_nobody_can_name_is_told_as_unknown(bank):
    maria, joana = bank.person(money=200_000), bank.person(money=1)
    bank.issuer.unknown.add(joana)

    answer = bank.transfer(maria, joana, 125_000)

    assert (answer.status_code, answer.json["code"]) == (422, "unknown_payee")
    assert bank.available(maria) == 200_000


def test_with_nobody_to_ask_for_the_payees_name_the_person_comes_back(bank, monkeypatch):
    maria, joana = bank.person(money=200_000), bank.person(money=1)

    def away(**_named):
        raise asking.Away

    monkeypatch.setattr(people, "resolve", away)

    answer = bank.transfer(maria, joana, 125_000)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert bank.available(maria) == 200_000


def test_a_new_key_signs_once_every_key_set_holds_it(held_clock, bank):
    _, _, before = challenge(bank)
    runner = bank.app.test_cli_runner()
    assert runner.invoke(args=["deed-keys", "rotate"]).exit_code == 0

    _, _, soon = challenge(bank)
    held_clock.shift(int(keys.LEAD.total_seconds()) + 6)
    _, _, later = challenge(bank)

    first, second, third = (kid_of(answer) for answer in (before, soon, later))
    assert first == second != third
    published = bank.app.test_client().get("/bank/jwks").json["keys"]
    assert {first, third} <= {key["kid"] for key in published}


def test_a_key_long_replaced_is_published_no_more(held_clock, bank):
    _, _, before = challenge(bank)
    bank.app.test_cli_runner().invoke(args=["deed-keys", "rotate"])

    held_clock.shift(int((keys.LEAD + keys.PUBLISHED).total_seconds()) + 10)

    published = bank.app.test_client().get("/bank/jwks").json["keys"]
    assert kid_of(before) not in {key["kid"] for key in published}
    assert len(published) == 1


def kid_of(answer):
    header = answer.json["authorization_details"][0]["deed"].split(".")[0]
    return jws.extract_compact(f"{header}.e30.AA".encode()).protected["kid"]
