"""``flask clients …``: a client's whole life from the command line."""

import json

import pytest
from sqlalchemy import select

from app.auth.audit.models import AuditRecord
from app.auth.clients import invitations, registration, registry
from app.auth.clients.credentials import WrongToken
from app.auth.clients.models import Client, ClientSecret, InitialAccessToken
from app.auth.consents import approval
from app.auth.database import db
from app.auth.flows import self_registration
from app.auth.tokens import access, lookup, refresh
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, rfc

DESCRIBED = {"client_name": "Loja do João", "redirect_uris": ["https://shop.example/cb"]}


@pytest.fixture
def run(auth_app):
    """Run a command line; the answer has ``exit_code``, ``stdout``, ``stderr``."""

    def invoke(*arguments, told=None):
        told = json.dumps(told) if isinstance(told, dict | list) else told
        return auth_app.test_cli_runner().invoke(args=["clients", *map(str, arguments)], input=told)

    return invoke


@pytest.fixture
def as_json(run):
    """Run a command with ``--json``; return what it printed."""

    def invoke(*arguments, told=None):
        done = run(*arguments, "--json", told=told)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return invoke


@pytest.fixture
def shop(as_json):
    """The answer for the client ``shop``, which keeps a secret."""
    return as_json("register", "--client-id", "shop", told=DESCRIBED)


def refused(done):
    """Return the one line that a command which failed said."""
    assert done.exit_code == 1, done.output
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line.removeprefix("Error: ")


def events_of(app, subject):
    """Return what the record tells of ``subject``, in order."""
    with app.app_context():
        mine = select(AuditRecord).where(AuditRecord.subject == subject).order_by(AuditRecord.seq)
        return [(row.event, row.actor) for row in db.session.scalars(mine)]


def test_change_replaces_the_whole_description(shop, as_json, auth_app):
    told = as_json("change", "shop", told=DESCRIBED | {"contacts": ["a@shop.example"]})
    assert told["contacts"] == ["a@shop.example"]
    assert "client_secret" not in told

    told = as_json("change", "shop", told=DESCRIBED | {"client_name": "Loja"})

    assert (told["client_name"], told["contacts"]) == ("Loja", [])
    assert events_of(auth_app, "shop")[-1] == ("client:metadata:changed", "operator")
    with auth_app.app_context():
        assert registry.find("shop").name == "Loja"
        assert registry.find("shop").check_client_secret(shop["client_secret"])


def test_change_reads_what_show_prints(shop, as_json, run, tmp_path):
    before = as_json("show", "shop")
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(before | {"client_name": "Loja"}))

    assert run("change", "shop", "--file", file).exit_code == 0

    assert as_json("show", "shop") == before | {"client_name": "Loja"}


def test_change_takes_no_other_clients_description(shop, as_json, run):
    done = run("change", "shop", told=DESCRIBED | {"client_id": "other"})

    assert refused(done) == "The file describes another client."


@abuse("C-09")
@pytest.mark.parametrize("command", [("register",), ("change", "shop")], ids=lambda c: c[0])
@pytest.mark.parametrize(
    "unsafe",
    [
        {"redirect_uris": ["https://*.shop.example/cb"]},
        {"redirect_uris": ["http://shop.example/cb"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"post_logout_redirect_uris": ["https://shop.example/#x"]},
        {"logo_uri": "http://shop.example/logo.png"},
        {"id_token_signed_response_alg": "none"},
        {"response_types": ["token"]},
        {"token_endpoint_auth_method": "none", "require_pkce": False},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
        {"scope": "openid all"},
        {"redirect_uri": "https://shop.example/cb"},
    ],
    ids=lambda unsafe: next(iter(unsafe)),
)
def test_what_comes_in_by_a_file_is_checked_as_anywhere(shop, run, auth_app, command, unsafe):
    with auth_app.app_context():
        before = registration.get("shop").described

    refused(run(*command, told=DESCRIBED | unsafe))

    with auth_app.app_context():
        assert [row.described for row in db.session.scalars(select(Client))] == [before]


@abuse("C-09")
@pytest.mark.parametrize("told", ["", "{", "[" * 100_000, "[]", "5", "null"])
def test_change_says_in_one_line_what_is_no_description(shop, run, told):
    said = refused(run("change", "shop", told=told))

    assert said in {"The metadata is not JSON.", "The metadata must be a JSON object."}


def test_show_tells_who_registered_it_and_whether_it_is_verified(shop, as_json):
    told = as_json("show", "shop")

    assert (told["registered_by"], told["verified"], told["disabled"]) == ("operator", True, False)


def test_verify_vouches_for_a_client_that_registered_itself(auth_app, as_json):
    with auth_app.app_context(), kept(db):
        client_id = self_registration.begin(DESCRIBED)["client_id"]
    assert as_json("show", client_id)["verified"] is False

    assert as_json("verify", client_id) == [{"client_id": client_id, "verified": True}]

    assert as_json("show", client_id)["verified"] is True
    assert events_of(auth_app, client_id)[-1] == ("client:metadata:verified", "operator")


@abuse("M-14")
def test_enabled_again_it_begins_anew_and_what_had_ended_stays_ended(auth_app, as_json, held_clock):
    with auth_app.app_context():
        stage.make_keys()
        client = stage.app_named()
        ana = stage.come_in(persons.open_account())
        grant, value = stage.granted(ana, client)
        before = access.for_grant(grant, client, grant.scope)
        before_itself = access.for_client(client, "reports:read", BANK)
    held_clock.shift(1)
    as_json("disable", "shop")
    held_clock.shift(1)

    assert as_json("enable", "shop") == [{"client_id": "shop", "disabled": False}]

    with auth_app.app_context():
        client = registry.find("shop")
        assert not client.disabled
        grant, after = stage.granted(ana, client)
        token = access.for_grant(grant, client, grant.scope)
        itself = access.for_client(client, "reports:read", BANK)
        assert [lookup.introspect(t, client)["active"] for t in (token, itself, after)] == [
            True
        ] * 3
        assert [lookup.introspect(t, client)["active"] for t in (before, before_itself, value)] == [
            *[False] * 3
        ]
        assert stage.rotate(refresh.parse(value), "shop") is None


@abuse("M-14")
def test_disabled_twice_it_loses_what_it_was_given_in_between(auth_app, as_json, held_clock):
    with auth_app.app_context():
        stage.make_keys()
        client = stage.app_named()
    as_json("disable", "shop")
    held_clock.shift(7000)  # the first end is nearly forgotten
    as_json("enable", "shop")
    with auth_app.app_context():
        token = access.for_client(client, "reports:read", BANK)
    held_clock.shift(1)
    as_json("disable", "shop")

    held_clock.shift(300)

    auth_app.test_cli_runner().invoke(args=["housekeeping", "run"])
    with auth_app.app_context():
        assert lookup.introspect(token, client) == {"active": False}


BANK = "http://localhost:3000/bank"


@abuse("C-10")
def test_rotate_secret_shows_a_new_one_once_and_ends_the_old(shop, as_json, auth_app):
    told = as_json("rotate-secret", "shop")

    assert set(told) == {"client_id", "client_secret", "client_secret_expires_at"}
    with auth_app.app_context():
        client = registry.find("shop")
        assert client.check_client_secret(told["client_secret"])
        assert not client.check_client_secret(shop["client_secret"])
    assert told["client_secret"] not in json.dumps(as_json("show", "shop"))
    assert events_of(auth_app, "shop")[-1] == ("client:secret:rotated", "operator")


def test_with_an_overlap_the_old_secret_stays_good_so_long(
    shop, as_json, auth_app, held_clock, monkeypatch
):
    new = as_json("rotate-secret", "shop", "--overlap", "60")["client_secret"]

    def good():
        with auth_app.app_context():
            registry.forget("shop")
            client = registry.find("shop")
            return [client.check_client_secret(s) for s in (shop["client_secret"], new)]

    assert good() == [True, True]
    held_clock.shift(59)
    assert good() == [True, True]
    held_clock.shift(1)
    assert good() == [False, True]


def test_only_a_client_with_a_secret_has_it_rotated(as_json, run, auth_app):
    public = DESCRIBED | {"token_endpoint_auth_method": "none"}
    as_json("register", "--client-id", "app", told=public)

    said = refused(run("rotate-secret", "app"))

    assert said == "This client has no secret; it authenticates otherwise."
    with auth_app.app_context():
        assert db.session.scalars(select(ClientSecret)).all() == []
    for wrong in ("-1", "x", str(31 * 86_400)):
        assert run("rotate-secret", "app", "--overlap", wrong).exit_code == 2


@pytest.fixture
def used(auth_app):
    """The client ``shop``, to which two people have granted something; returns a token of one."""
    with auth_app.app_context():
        stage.make_keys()
        client = stage.app_named()
        for email in ("ana@example.com", "bia@example.com"):
            user = persons.open_account(email)
            here = stage.come_in(user)
            with kept(db):
                approval.give(user.id, here.sub, "shop", ("openid", "wallet:read"))
            grant, value = stage.granted(here, client, "openid offline_access")
        return access.for_grant(grant, client, grant.scope), value


def test_delete_asks_once_and_names_what_it_ends(used, run, auth_app):
    done = run("delete", "shop", told="n\n")

    assert done.exit_code == 1
    said = "Delete shop, and with it 2 people's permissions and 2 live refresh tokens? [y/N]"
    assert said in done.stderr
    assert done.stderr.count("?") == 1
    with auth_app.app_context():
        assert db.session.get(Client, "shop") is not None


@pytest.mark.parametrize("answer", [{"told": "y\n"}, {"arguments": ["--yes"]}], ids=["y", "--yes"])
def test_delete_removes_the_client_and_all_it_holds(used, run, auth_app, answer):
    done = run("delete", "shop", *answer.get("arguments", ()), "--json", told=answer.get("told"))

    assert done.exit_code == 0, done.output
    [told] = json.loads(done.stdout)
    assert told == {"client_id": "shop", "deleted": True, "people": 2, "families": 2}
    with auth_app.app_context():
        assert db.session.get(Client, "shop") is None
        watcher = stage.app_named("bank", audiences=["http://localhost:3000"])
        assert lookup.introspect(used[0], watcher) == {"active": False}
        assert stage.rotate(refresh.parse(used[1]), "shop") is None
    assert events_of(auth_app, "shop")[-1] == ("client:metadata:deleted", "operator")


def test_delete_with_nobody_to_answer_deletes_nothing(used, run, auth_app):
    assert run("delete", "shop", told="").exit_code == 1

    with auth_app.app_context():
        assert db.session.get(Client, "shop") is not None


def test_there_is_nothing_to_do_with_a_client_that_is_not_there(run):
    for command in ("enable", "verify", "rotate-secret", "delete"):
        assert refused(run(command, "nobody")) == "There is no such client."
    assert refused(run("change", "nobody", told=DESCRIBED)) == "There is no such client."


@rfc("7591", "3")
def test_token_create_shows_a_token_once_that_registers_so_many(as_json, auth_app):
    [told] = as_json("token", "create", "--uses", "2", "--days", "7", "--note", "Parceiro")

    value = told.pop("initial_access_token")
    assert len(value) == 43
    assert (told["uses_left"], told["note"]) == (2, "Parceiro")
    assert as_json("token", "list") == [told]
    for left in (1, 0):
        with auth_app.app_context(), kept(db):
            self_registration.begin(DESCRIBED, value)
        assert as_json("token", "list")[0]["uses_left"] == left
    with auth_app.app_context(), pytest.raises(WrongToken):
        self_registration.begin(DESCRIBED, value)
    with auth_app.app_context():
        [row] = db.session.scalars(select(InitialAccessToken)).all()
        assert value not in repr(vars(row))
    assert events_of(auth_app, told["id"]) == [("client:initial_token:issued", "operator")]


def test_token_revoke_takes_it_back(as_json, run, auth_app):
    [told] = as_json("token", "create")
    assert (told["uses_left"], told["note"]) == (1, None)

    assert as_json("token", "revoke", told["id"]) == [{"id": told["id"], "revoked": True}]

    assert as_json("token", "list") == []
    with auth_app.app_context(), pytest.raises(WrongToken):
        invitations.check(told["initial_access_token"])
    assert events_of(auth_app, told["id"])[-1] == ("client:initial_token:revoked", "operator")
    assert refused(run("token", "revoke", told["id"])) == "There is no such initial access token."


def test_tokens_are_made_within_bounds(run):
    for wrong in (("--uses", "0"), ("--uses", "x"), ("--days", "0"), ("--days", "366")):
        assert run("token", "create", *wrong).exit_code == 2


COMMANDS = [
    *("enable x", "verify x", "rotate-secret x", "delete x --yes"),
    *("token create", "token list", "token revoke x"),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_command_helps_and_says_when_the_database_is_not_migrated(create_house, tmp_path):
    app = create_house("auth", url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    for command in COMMANDS:
        done = app.test_cli_runner().invoke(args=["clients", *command.split()])
        assert refused(done) == "The database is away, or not migrated."
        helped = app.test_cli_runner().invoke(args=["clients", *command.split(), "--help"])
        assert "--json" in helped.stdout
