"""Refusals are problem documents, whatever refused."""

import json

import pytest

from tests.support.marks import abuse, asvs, rfc


@rfc("9457", "3")
def test_a_refusal_is_a_problem_document_with_its_trace(bank):
    answer = bank.app.test_client().get("/wallet/me/balance")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "missing_token",
        "detail": "An access token is needed.",
        "trace_id": answer.headers["X-Request-Id"],
    }


@asvs("16.3.2")
def test_a_refusal_is_in_the_log_with_its_trace_and_its_reason(bank, capfd):
    capfd.readouterr()
    answer = bank.ask("GET", "/wallet/me/balance", bank.person(), scope="wallet:transfer")

    told = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert answer.status_code == 403
    mine = [line for line in told if line.get("request_id") == answer.headers["X-Request-Id"]]
    assert [line["event"] for line in mine] == ["refused", "request"]
    assert (mine[0]["problem"], mine[0]["status"]) == ("insufficient_scope", 403)
    assert (mine[1]["route"], mine[1]["address"]) == ("/wallet/<user_id>/balance", "127.0.0.1")


@rfc("9457", "3")
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/wallet/me/balance", 405, "method_not_allowed"),
        ("GET", "/wallet/me/transfer", 405, "method_not_allowed"),
        ("GET", "/wallet//balance", 404, "not_found"),
    ],
)
def test_what_there_is_not_is_a_problem_document_too(bank, method, path, status, code):
    answer = bank.app.test_client().open(path, method=method, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert status != 405 or answer.headers["Allow"]


@rfc("9728", "5.1")
def test_the_challenge_names_the_rooms_own_metadata(bank):
    client = bank.app.test_client()
    challenge = client.get("/wallet/me/balance").headers["WWW-Authenticate"]

    where = challenge.partition('resource_metadata="')[2].partition('"')[0]
    answer = client.get(where.removeprefix(bank.app.config["ISSUER"]))

    assert answer.json["resource"] == bank.app.config["BANK_AUDIENCE"] + "/wallet"
    assert answer.json["authorization_servers"] == [bank.app.config["ISSUER"]]
    assert answer.json["scopes_supported"] == [
        *("support:read", "wallet:deposit", "wallet:limits", "wallet:read"),
        "wallet:transfer",
    ]


@rfc("9728", "3.1")
@pytest.mark.parametrize("path", ["", "/wallet", "/bank", "/bank/wallet"])
def test_the_metadata_is_found_by_every_name(bank, path):
    answer = bank.app.test_client().get("/.well-known/oauth-protected-resource" + path)

    room = "/wallet" if path.endswith("wallet") else ""
    assert answer.json["resource"] == bank.app.config["BANK_AUDIENCE"] + room


@asvs("14.2.2", "14.3.2")
@abuse("B-01")
def test_answers_about_money_are_never_cached(bank):
    maria = bank.person(money=5)

    for answer in (bank.balance(maria), bank.transfer(maria, "nobody", 1)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://nobody@/none?host=/nowhere"],
)
def test_with_the_database_away_the_bank_says_come_back(open_bank, url):
    bank = open_bank(BANK_DATABASE_URL=url)

    for answer in (bank.balance("maria"), bank.transfer("maria", "joana", 1)):
        assert (answer.status_code, answer.json["code"]) == (503, "temporarily_unavailable")
        assert answer.headers["Retry-After"]
        assert "nowhere" not in answer.get_data(as_text=True)


@asvs("16.5.1")
def test_what_nobody_foresaw_is_a_problem_document_without_its_reason(bank):
    with bank.connection() as connection:
        connection.exec_driver_sql("ALTER TABLE bank_records RENAME TO lost")

    answer = bank.balance(bank.person())

    assert answer.status_code in {500, 503}
    assert answer.json["trace_id"] == answer.headers["X-Request-Id"]
    assert "bank_records" not in answer.get_data(as_text=True)


@asvs("16.5.3")
def test_with_the_issuer_away_money_is_closed(bank):
    maria = bank.person(money=5)
    bank.issuer.wire.cut = True

    answer = bank.balance(maria)

    assert (answer.status_code, answer.json["code"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]
