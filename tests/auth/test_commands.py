"""The command line of this house: what each command does, prints and refuses."""

import json

import pytest
from sqlalchemy import select

from app.auth.audit.models import AuditRecord
from app.auth.clients import registry
from app.auth.clients.models import Client, ClientSecret
from app.auth.database import db
from app.auth.tokens import access, lookup, refresh
from tests.auth import persons, stage

DESCRIBED = {"client_name": "Loja do João", "redirect_uris": ["https://shop.example/cb"]}


@pytest.fixture
def run(auth_app):
    """Run a command line; the answer has ``exit_code``, ``stdout``, ``stderr``."""

    def invoke(*arguments, told=None):
        told = json.dumps(told) if isinstance(told, dict | list) else told
        return auth_app.test_cli_runner().invoke(args=[str(a) for a in arguments], input=told)

    return invoke


@pytest.fixture
def keyed(auth_app):
    """The first keys are there."""
    with auth_app.app_context():
        stage.make_keys()


@pytest.fixture
def as_json(run):
    """Run a command with ``--json``; return what it printed."""

    def invoke(*arguments, told=None):
        done = run(*arguments, "--json", told=told)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return invoke


def refused(done):
    """Say what a command that failed said, which is one line and no trace."""
    assert done.exit_code == 1, done.output
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line.removeprefix("Error: ")


def count(app, model):
    with app.app_context():
        return len(db.session.scalars(select(model)).all())


def test_clients_register_prints_the_answer_with_the_secret(auth_app, as_json):
    told = as_json("clients", "register", told=DESCRIBED)

    assert told["client_name"] == "Loja do João"
    assert told["redirect_uris"] == DESCRIBED["redirect_uris"]
    with auth_app.app_context():
        assert registry.find(told["client_id"]).check_client_secret(told["client_secret"])


def test_clients_register_reads_a_file_and_sets_id_and_secret(auth_app, run, tmp_path):
    file = tmp_path / "client.json"
    file.write_text(json.dumps(DESCRIBED), encoding="utf-8")
    secret = "a secret of thirty-two characters"

    done = run(
        *("clients", "register", "--file", file),
        *("--client-id", "shop", "--client-secret", secret),
    )

    assert done.exit_code == 0
    told = json.loads(done.stdout)  # JSON for people too, on many lines
    assert (told["client_id"], told["client_secret"]) == ("shop", secret)
    assert "Loja do João" in done.stdout


WRONG = [
    ("", "The metadata is not JSON."),
    ("{", "The metadata is not JSON."),
    ("[" * 100_000, "The metadata is not JSON."),
    ([], "The metadata must be a JSON object."),
    ({}, "redirect_uris is missing; the code grant needs at least one."),
    (DESCRIBED | {"scope": "all"}, "scope names a permission that may not be registered here."),
    (DESCRIBED | {"redirect_uri": "x"}, "redirect_uri is not a member that this server knows."),
]


def test_clients_register_says_in_one_line_what_is_wrong_and_keeps_nothing(auth_app, run):
    for told, said in WRONG:
        assert refused(run("clients", "register", told=told)) == said
    assert count(auth_app, Client) == 0


def test_clients_register_with_a_short_secret_leaves_no_client_behind(auth_app, run):
    before = count(auth_app, AuditRecord)

    done = run("clients", "register", "--client-secret", "short", told=DESCRIBED)

    assert refused(done) == "client_secret must have at least 32 characters."
    assert [count(auth_app, model) for model in (Client, ClientSecret)] == [0, 0]
    assert count(auth_app, AuditRecord) == before


def test_clients_register_refuses_an_id_that_is_taken(auth_app, run):
    for expected in (0, 1):
        done = run("clients", "register", "--client-id", "shop", told=DESCRIBED)
        assert done.exit_code == expected

    assert refused(done) == "Another client has this client_id."


def test_clients_list_tells_of_each_client(as_json, run):
    assert as_json("clients", "list") == []
    for name in ("first", "second"):
        as_json("clients", "register", "--client-id", name, told=DESCRIBED)

    told = as_json("clients", "list")

    assert {row["client_id"] for row in told} == {"first", "second"}
    assert set(told[0]) == {
        *("client_id", "client_name", "token_endpoint_auth_method", "disabled", "created_at")
    }
    lines = run("clients", "list").stdout.splitlines()
    assert len(lines) == 2
    assert all("Loja do João" in line for line in lines)


def test_clients_show_tells_everything_but_the_secret(as_json, run):
    secret = as_json("clients", "register", "--client-id", "shop", told=DESCRIBED)["client_secret"]

    told = as_json("clients", "show", "shop")

    assert told["client_id"] == "shop"
    assert told["redirect_uris"] == DESCRIBED["redirect_uris"]
    assert told["disabled"] is False
    assert secret not in json.dumps(told)
    assert not [name for name in told if "secret" in name and name != "client_secret_basic"]
    assert json.loads(run("clients", "show", "shop").stdout) == told


def test_there_is_nothing_to_say_of_a_client_that_is_not_there(run):
    for command in ("show", "disable"):
        assert refused(run("clients", command, "nobody")) == "There is no such client."


def test_clients_disable_ends_what_the_client_holds(keyed, auth_app, as_json, run):
    with auth_app.app_context():
        client = stage.app_named()
        grant, value = stage.granted(stage.come_in(persons.open_account()), client)
        token = access.for_grant(grant, client, grant.scope)

    assert as_json("clients", "disable", "shop") == [{"client_id": "shop", "disabled": True}]

    assert as_json("clients", "show", "shop")["disabled"] is True
    with auth_app.app_context():
        assert lookup.introspect(token, client) == {"active": False}
        assert stage.rotate(refresh.parse(value), "shop") is None
    assert run("clients", "disable", "shop").exit_code == 0  # again: nothing more to do


def test_keys_list_tells_of_each_key_and_of_no_private_part(keyed, as_json, run):
    told = as_json("keys", "list")

    assert sorted((row["alg"], row["state"]) for row in told) == [
        (alg, state) for alg in ("ES256", "EdDSA", "PS256", "RS256") for state in ("active", "next")
    ]
    moments = {"created_at", "signs_from", "signs_until", "turns_at", "gone_at"}
    assert set(told[0]) == {"kid", "alg", "state", "compromised"} | moments
    assert {row["state"] for row in told if row["signs_from"]} == {"active"}
    assert [row["alg"] for row in told] == sorted(row["alg"] for row in told)
    assert len(run("keys", "list").stdout.splitlines()) == 8


def test_keys_rotate_tells_which_keys_are_active_now(keyed, as_json):
    following = {row["kid"] for row in as_json("keys", "list") if row["state"] == "next"}

    told = as_json("keys", "rotate")

    assert {row["kid"] for row in told} == following
    assert {row["state"] for row in told} == {"active"}
    states = [row["state"] for row in as_json("keys", "list")]
    assert sorted(states) == ["active"] * 4 + ["next"] * 4 + ["retired"] * 4


def test_keys_rotate_and_list_tell_from_when_a_key_signs_and_until_when(held_clock, keyed, as_json):
    [first] = as_json("keys", "rotate", "--alg", "EdDSA")
    [second] = as_json("keys", "rotate", "--alg", "EdDSA")

    assert first["signs_from"] == "2026-11-20T12:00:00+00:00"
    assert second["signs_from"] == "2026-11-20T12:05:15+00:00"
    told = {row["kid"]: row for row in as_json("keys", "list")}
    assert told[first["kid"]]["signs_until"] == second["signs_from"]
    assert told[second["kid"]]["signs_until"] is None


def test_keys_rotate_turns_one_algorithm_when_told_so(keyed, as_json):
    assert len(as_json("keys", "rotate", "--alg", "ES256")) == 1

    retired = [row["alg"] for row in as_json("keys", "list") if row["state"] == "retired"]
    assert retired == ["ES256"]


def test_keys_rotate_says_when_nothing_turned(keyed, run):
    assert refused(run("keys", "rotate", "--alg", "HS256")).startswith("Nothing turned over")


def test_rotating_twice_turns_twice(keyed, as_json):
    first = as_json("keys", "rotate", "--alg", "ES256")
    second = as_json("keys", "rotate", "--alg", "ES256")

    assert first != second
    mine = [row["state"] for row in as_json("keys", "list") if row["alg"] == "ES256"]
    assert sorted(mine) == ["active", "next", "retired", "retired"]


def test_keys_retire_withdraws_a_key(keyed, as_json, run):
    [kid] = [
        row["kid"]
        for row in as_json("keys", "list")
        if (row["alg"], row["state"]) == ("ES256", "active")
    ]

    assert as_json("keys", "retire", kid) == [{"kid": kid, "state": "gone"}]

    states = {row["kid"]: row["state"] for row in as_json("keys", "list")}
    assert states[kid] == "gone"
    assert refused(run("keys", "retire", kid)) == "There is no such key."


def test_a_key_whose_name_begins_with_a_hyphen_is_named_like_any_other(run):
    assert refused(run("keys", "retire", "-QEoz5F1GkBBBe9OcRrWGK")) == "There is no such key."


def test_housekeeping_run_prints_the_counts(as_json, run):
    told = {row["table"]: row["rows"] for row in as_json("housekeeping", "run")}

    assert {"authorization_codes", "client_secrets", "sessions", "successors_wiped"} <= set(told)
    assert set(told.values()) == {0}
    assert "interactions  0" in run("housekeeping", "run").stdout


COMMANDS = [
    *("clients list", "clients show x", "clients disable x"),
    *("keys list", "keys rotate", "keys retire x", "housekeeping run"),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_command_helps(run):
    for command in (*COMMANDS, "clients register"):
        done = run(*command.split()[:2], "--help")

        assert done.exit_code == 0
        assert "--json" in done.stdout


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_command_says_when_the_database_is_not_migrated(create_house, tmp_path):
    app = create_house("auth", url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    for command in COMMANDS:
        done = app.test_cli_runner().invoke(args=command.split())
        assert refused(done) == "The database is away, or not migrated."


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_command_says_when_the_database_is_away(create_house):
    app = create_house("auth", url="postgresql+psycopg://x@127.0.0.1:9/none")

    for command in COMMANDS:
        done = app.test_cli_runner().invoke(args=command.split())
        assert refused(done) == "The database is away, or not migrated."
