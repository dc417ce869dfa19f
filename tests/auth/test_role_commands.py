"""``flask roles …``: define, list, grant, revoke, delete."""

import json

import pytest

from tests.auth import persons
from tests.support.marks import mission


@pytest.fixture
def database_kind():
    """The commands add nothing of their own to the rooms'."""
    return "sqlite"


@pytest.fixture
def run(auth_app):
    """Run a command line; return what it printed as JSON, or the line it failed with."""

    def invoke(*arguments):
        done = auth_app.test_cli_runner().invoke(args=[*arguments, "--json"])
        if done.exit_code:
            return done.stderr.splitlines()[-1].removeprefix("Error: ")
        return json.loads(done.stdout)

    return invoke


@mission("S84")
def test_a_role_is_defined_changed_granted_revoked_and_deleted(auth_app, run):
    with auth_app.app_context():
        persons.open_account("ana@example.com")
    run("institutions", "create", "aurora", "--name", "Aurora")
    run("institutions", "admit", "aurora", "ana@example.com")

    run("roles", "define", "auditor", "--permission", "keys:read")
    [defined] = run("roles", "define", "auditor", "--permission", "audit:read")
    [given] = run("roles", "grant", "ana@example.com", "auditor", "--institution", "aurora")
    [there] = run("roles", "grant", "ana@example.com", "support")

    assert (defined["permissions"], given["given"], there["given"]) == (["audit:read"], True, True)
    told = {each["name"]: each["held"] for each in run("roles", "list")}
    assert told == {"user": 0, "support": 1, "admin": 0, "auditor": 1}
    run("roles", "revoke", "ana@example.com", "auditor", "--institution", "aurora")
    assert run("roles", "delete", "auditor", "--yes") == [{"name": "auditor", "deleted": True}]
    assert run("roles", "grant", "ana@example.com", "auditor") == "There is no such role."


def test_every_refusal_is_one_line(auth_app, run):
    with auth_app.app_context():
        persons.open_account("ana@example.com")
    run("roles", "grant", "ana@example.com", "admin")

    assert run("roles", "define", "admin") == "The roles of the house cannot be changed."
    assert run("roles", "delete", "admin", "--yes") == "The roles of the house cannot be changed."
    assert run("roles", "revoke", "ana@example.com", "admin") == "The last administrator stays one."
    assert run("roles", "grant", "eva@example.com", "admin") == "There is no such person."
