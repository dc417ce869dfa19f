"""From wallet to wallet: what moves, what does not, and what is said."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.marks import abuse, asvs, mission

LARGEST = 10**12


def code(answer):
    return answer.status_code, answer.json["code"]


def fields(answer):
    return {(one["field"], one["code"]) for one in answer.json["errors"]}


@mission("S100", "A13-11")
def test_a_transfer_moves_money_and_says_so(bank):
    maria, joana = bank.person(money=12_500), bank.person(money=1)

    answer = bank.transfer(maria, joana, 2_500, currency="BRL", description="Almoço")

    told = answer.json
    assert answer.status_code == 201
    assert told.pop("transferId").startswith("ent_")
    assert told.pop("createdAt").endswith("Z")
    assert told == {
        "status": "completed",
        "to": joana,
        "amount": 2_500,
        "currency": "BRL",
        "description": "Almoço",
    }
    assert (bank.available(maria), bank.available(joana)) == (10_000, 2_501)
    assert bank.adds_up()


@asvs("2.3.3")
@mission("S98")
def test_a_transfer_leaves_two_postings_and_one_record(bank):
    maria, joana = bank.person(money=300), bank.person(money=1)

    entry = bank.transfer(maria, joana, 300).json["transferId"]

    postings = "SELECT amount_minor FROM wallet_postings WHERE entry_id = :entry ORDER BY 1"
    assert bank.rows(postings, entry=entry) == [(-300,), (300,)]
    record = "SELECT event, actor, request_id IS NOT NULL FROM bank_records WHERE subject = :entry"
    assert bank.rows(record, entry=entry) == [("wallet:transfer:made", maria, True)]


def test_the_record_holds_no_word_a_person_wrote(bank):
    maria, joana = bank.person(money=300), bank.person(money=1)

    bank.transfer(maria, joana, 300, description="para o aluguel")

    assert not bank.rows("SELECT seq FROM bank_records WHERE data LIKE '%aluguel%'")


@pytest.mark.parametrize("name", [42, "42"])
def test_a_payee_is_named_by_number_once_known_here(bank, name):
    maria, joana = bank.person(money=300), bank.person(money=1, user_id=42)

    answer = bank.transfer(maria, name, 100)

    assert (answer.status_code, answer.json["to"]) == (201, joana)
    assert bank.available(joana) == 101


@mission("S100")
def test_more_than_there_is_does_not_move(bank):
    maria, joana = bank.person(money=300), bank.person(money=1)

    answer = bank.transfer(maria, joana, 301)

    assert code(answer) == (422, "insufficient_funds")
    assert (bank.available(maria), bank.available(joana)) == (300, 1)


def test_a_wallet_never_opened_has_no_funds(bank):
    answer = bank.transfer(bank.person(), bank.person(money=1), 1)

    assert code(answer) == (422, "insufficient_funds")


@pytest.mark.parametrize("to", ["nobody", "99", "9" * 18, "9" * 19, "9" * 40, "0", "-1", -1, 0])
def test_an_unknown_payee_is_refused(bank, to):
    maria = bank.person(money=300)

    assert code(bank.transfer(maria, to, 1)) == (422, "unknown_payee")


def test_the_funding_wallet_is_nobodys_payee(bank):
    maria = bank.person(money=300)

    assert code(bank.transfer(maria, "wal_funding_brl", 1)) == (422, "unknown_payee")


def test_money_does_not_go_to_its_own_wallet(bank):
    maria = bank.person(money=300, user_id=42)

    assert code(bank.transfer(maria, maria, 1)) == (422, "same_wallet")
    assert code(bank.transfer(maria, 42, 1)) == (422, "same_wallet")
    assert code(bank.transfer(bank.person(), "42", 1)) == (422, "insufficient_funds")


def test_another_currency_is_not_exchanged(bank):
    maria, joana = bank.person(money=300), bank.person(money=1)

    assert code(bank.transfer(maria, joana, 1, currency="USD")) == (422, "currency_mismatch")


BAD_AMOUNTS = (
    b"0",
    b"-1",
    b"1e400",
    b"NaN",
    b"Infinity",
    b'"10"',
    b"0.001",
    b"9223372036854775808",
    b"[10]",
    b"true",
    b"null",
    b"{}",
    b"10.0",
    b"1e2",
    b"1000000000001",
    b"-0",
    b"007",
    b"+1",
    b"0x10",
    b"1" * 5000,
)


@asvs("1.4.2")
@abuse("F-03", "F-18")
@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda raw: raw[:12].decode())
def test_a_bad_amount_is_refused_and_nothing_moves(bank, amount):
    maria, joana = bank.person(money=300), bank.person(money=1)
    body = b'{"to": "%s", "amount": %s}' % (joana.encode(), amount)

    answer = bank.order(maria, body)

    assert code(answer) == (400, "invalid_request")
    assert (bank.available(maria), bank.available(joana)) == (300, 1)


@asvs("2.2.1")
@abuse("F-03")
def test_what_is_wrong_is_said_field_by_field(bank):
    body = {"to": "", "amount": 0, "currency": "real", "description": "\u202e", "ammount": 5}

    answer = bank.order(bank.person(), body)

    assert answer.status_code == 400
    assert fields(answer) == {
        ("to", "invalid_payee"),
        ("amount", "invalid_amount"),
        ("currency", "invalid_currency"),
        ("description", "invalid_description"),
        ("ammount", "unknown_field"),
    }


@asvs("1.5.3")
@abuse("F-03")
@pytest.mark.parametrize(
    "body",
    [
        b'{"to": "x", "amount": 1, "amount": 2}',
        b'{"to": "x", "to": "y", "amount": 1}',
        b"[]",
        b"7",
        b"",
        b"{",
        b"\xff",
        b'{"to": "\\ud800", "amount": 1}',
        b'{"to": "a\\u0000b", "amount": 1}',
        b"[" * 5000,
    ],
)
def test_json_that_means_two_things_or_none_is_refused(bank, body):
    assert code(bank.order(bank.person(money=300), body)) == (400, "invalid_request")


@asvs("3.5.2")
def test_only_json_is_read(bank):
    shown = {"Authorization": f"Bearer {bank.token(bank.person())}", "Idempotency-Key": "k"}
    client = bank.app.test_client()

    form = client.post("/wallet/me/transfer", headers=shown, data={"to": "x", "amount": "1"})
    text = client.post("/wallet/me/transfer", headers=shown, data="{}", content_type="text/json")

    assert [code(form)[0], code(text)[0]] == [415, 415]


def test_a_body_too_large_is_refused_unread(bank):
    answer = bank.order(bank.person(), b" " * 1_000_000)

    assert answer.status_code == 413


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(max_value=0)
    | st.integers(min_value=LARGEST + 1)
    | st.floats()
    | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=5,
)


@asvs("15.3.5")
@abuse("F-03", "F-18")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(amount=ANY_JSON)
def test_no_amount_but_a_whole_one_moves_money(bank, amount):
    answer = bank.transfer("maria", "joana", amount)

    assert code(answer) == (400, "invalid_request")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.dictionaries(st.sampled_from(["to", "amount", "currency", "description"]), ANY_JSON))
def test_no_body_breaks_the_wallet(bank, body):
    assert bank.order("maria", body).status_code in {400, 422}


@asvs("2.3.4", "15.4.2")
@abuse("F-04")
@mission("S100")
def test_a_hundred_at_once_spend_what_there_is_and_no_more(generous):
    maria, joana = generous.person(money=10_000), generous.person(money=1)

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: generous.transfer(maria, joana, 1_000), range(100)))

    outcomes = [answer.status_code for answer in answers]
    assert (outcomes.count(201), outcomes.count(422)) == (10, 90)
    assert (generous.available(maria), generous.available(joana)) == (0, 10_001)
    assert generous.adds_up()


@asvs("15.4.3")
@abuse("F-04")
def test_money_going_round_in_circles_never_blocks(generous):
    people = [generous.person(money=100_000) for _ in range(3)]
    ways = [(people[n % 3], people[(n + step) % 3]) for step in (1, 2) for n in range(45)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda way: generous.transfer(*way, 10), ways))

    assert {answer.status_code for answer in answers} == {201}
    assert [generous.available(person) for person in people] == [100_000] * 3
    assert generous.adds_up()
