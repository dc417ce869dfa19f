"""The log: JSON, one line an event, and never a secret or a person in it."""

import json
import logging

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from app.foundation import ids, logs
from app.foundation.logs import log
from tests.support.marks import abuse, asvs

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
SECRETS = [
    "hunter2-correct-horse",
    JWT,
    "123.456.789-09",
    "12345678909",
    "ana@example.com",
    "Zk3_9aQx-LmN0pR7sTuV2wXyZ4bCdEfGhIjKlMnOpQ",
]


@pytest.fixture
def lines(house, capsys):
    """Read the log as it was written since last asked."""

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    read()
    return read


@abuse("G-05")
@pytest.mark.parametrize(
    "name",
    [
        "password", "senha", "client_secret", "access_token", "refresh_token", "id_token", "code",
        "code_verifier", "client_assertion", "Authorization", "Cookie", "set-cookie", "csrf_token",
        "otp", "pin", "cpf", "cpf_sealed", "sealing_keys", "private_jwk", "api_key", "email",
        "newPassword", "current_password", "accessToken", "mfaToken", "resetCode", "voucher",
        "phone", "login_hint", "id_token_hint", "state", "nonce", "user_code", "birth_date",
    ],
)  # fmt: skip
def test_a_field_with_a_secrets_name_is_redacted(lines, name):
    log.info("something", **{name: "hunter2"})
    log.info("nested", request={"form": [{name: "hunter2"}]})

    written = json.dumps(lines())

    assert "hunter2" not in written
    assert written.count(logs.REDACTED) == 2


@abuse("G-05")
@pytest.mark.parametrize(
    "sentence",
    [
        f"Issue token {{'access_token': '{JWT}'}}",
        f"Authorization: Bearer {JWT}",
        "Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l",
        "password=hunter2-correct-horse&x=1",
        'body {"password": "hunter2-correct-horse"}',
        "GET /cb?code=hunter2-correct-horse&state=hunter2-correct-horse",
        'body {"accessToken": "hunter2-correct-horse", "newPassword":"hunter2-correct-horse"}',
        r'nested "{\"password\": \"hunter2-correct-horse\"}"',
        "fields %22password%22%3A%22hunter2-correct-horse%22",
        "form token%3Dhunter2-correct-horse",
        "postgresql://portaria:hunter2-correct-horse@db/portaria",
        "the person 123.456.789-09 (12345678909)",
        "sent to ana@example.com.",
        "value Zk3_9aQx-LmN0pR7sTuV2wXyZ4bCdEfGhIjKlMnOpQ there",
        f"failed for {JWT}",
    ],
)
def test_a_secret_inside_a_sentence_is_redacted_whoever_wrote_it(lines, sentence):
    log.warning(sentence)
    logging.getLogger("some.library").warning("%s", sentence)
    try:
        raise RuntimeError(sentence)
    except RuntimeError:
        log.exception("failed")

    written = json.dumps(lines())

    for secret in SECRETS:
        assert secret not in written
    assert "YWxhZGRpbjpvcGVuc2VzYW1l" not in written


@asvs("16.2.5")
@abuse("G-05")
def test_a_secret_as_we_draw_them_is_recognised_by_its_look(lines):
    drawn = [ids.secret() for _ in range(100)]
    for value in drawn:
        log.info(f"left lying about: {value}.")

    leaked = [line for line in lines() if logs.REDACTED not in line["event"]]

    assert len(leaked) <= 2  # one in 1400 has no digit at all


def test_what_is_no_secret_stays_readable(lines):
    log.info("refused", problem="invalid_grant", status=400, grant="grt_1", seconds=1.5, ok=True)

    (line,) = lines()

    assert line["event"] == "refused"
    assert (line["problem"], line["status"], line["seconds"]) == ("invalid_grant", 400, 1.5)
    assert line["grant"] == "grt_1"


@asvs("16.4.1")
@abuse("G-04")
def test_control_characters_never_make_a_second_line_or_colour(lines, capsys):
    log.info('a\n{"event": "forged"}\r\x1b[31m\u202e\x00', agent="b\nc\x1b")

    written = capsys.readouterr().err

    assert written.count("\n") == 1
    assert "\x1b" not in written
    assert "\u202e" not in written
    json.loads(written)


def test_pretty_lines_escape_control_characters_too(built, capsys):
    built(LOG_FORMAT="pretty")
    capsys.readouterr()

    log.info("hello", agent="b\r\x1b[31mc")

    written = capsys.readouterr().err
    assert "\x1b" not in written
    assert "\r" not in written
    built()


def test_authlib_never_logs_below_info(house):
    assert logging.getLogger("authlib.oauth2.rfc6749").getEffectiveLevel() >= logging.INFO
    assert logging.getLogger("authlib").level >= logging.INFO


@abuse("G-05")
def test_what_postgresql_quotes_of_a_row_is_redacted(lines, databases):
    engine = create_engine(databases.empty(), hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE p (mail text PRIMARY KEY, n int CHECK (n > 0))"))
        connection.execute(text("INSERT INTO p VALUES ('private-name', 1)"))
        for statement in ("('private-name', 2)", "('private-other', -1)"):
            with pytest.raises(IntegrityError) as seen, connection.begin_nested():
                connection.execute(text(f"INSERT INTO p VALUES {statement}"))
            assert "private-" in str(seen.value.orig)
            log.error("failed", error=str(seen.value), exc_info=seen.value)
    engine.dispose()

    written = json.dumps(lines())

    assert "(private-" not in written
    assert f"({logs.REDACTED})" in written


@asvs("16.2.1", "16.2.4")
def test_each_request_leaves_one_line_with_its_route_and_never_its_query(house, lines):
    house.add_url_rule("/login/<uid>", "login", lambda uid: "ok")

    answer = house.test_client().get("/login/int_1?code=hunter2&state=xyz")

    (line,) = lines()
    assert line["event"] == "request"
    assert line["route"] == "/login/<uid>"
    assert (line["method"], line["status"], line["address"]) == ("GET", 200, "127.0.0.1")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["ms"] >= 0


@abuse("G-04")
def test_the_line_of_an_unknown_path_is_redacted_and_escaped(house, lines):
    client = house.test_client()
    client.get("/reset/Zk3_9aQx-LmN0pR7sTuV2wXyZ4bCdEfGhIjKlMnOpQ")
    client.get("/x%0a%22,%22event%22:%22forged")

    first, second = [line for line in lines() if line["event"] == "request"]

    assert first["route"] == f"/reset/{logs.REDACTED}"
    assert second["route"].startswith("/x")
    assert second["status"] == 404


def test_what_a_request_logs_carries_its_id(house, lines):
    house.add_url_rule("/", "root", lambda: log.info("inside") or "ok")

    answer = house.test_client().get("/")

    inside = next(line for line in lines() if line["event"] == "inside")
    assert inside["request_id"] == answer.headers["X-Request-Id"]


@asvs("16.3.4")
def test_what_nobody_foresaw_is_in_the_log_with_its_request_and_where_it_happened(house, lines):
    def broken():
        raise RuntimeError("password=hunter2")

    house.add_url_rule("/broken", "broken", broken)
    answer = house.test_client().get("/broken")

    told = next(line for line in lines() if line["level"] == "error")
    assert told["request_id"] == answer.headers["X-Request-Id"]
    assert "RuntimeError" in told["exception"]
    assert "in broken" in told["exception"]
    assert "hunter2" not in str(told)


@asvs("1.3.12")
def test_a_very_long_text_is_cut_and_costs_little(lines):
    log.info("x" * 5_000_000)

    (line,) = lines()

    assert len(line["event"]) < logs.LONGEST + 10
