"""``flask people find|show|lock|…``: the same verbs, by the operator."""

import json

import pytest

from app.auth.audit import events
from app.auth.database import db
from app.auth.flows import sign_in
from app.foundation.database import kept
from tests.auth import persons
from tests.support.marks import mission


@pytest.fixture
def sub(auth_app):
    """Ana's."""
    with auth_app.app_context():
        told = {"name": "Ana Souza", "cpf": "52998224725", "phone": "11987654321", "verified": True}
        return persons.open_account(**told).sub


def run(app, *arguments):
    """Run one command; return what it printed."""
    done = app.test_cli_runner().invoke(args=["people", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@mission("S84")
def test_somebody_is_found_seen_locked_and_let_in_again(auth_app, sub):
    found = json.loads(run(auth_app, "find", "529.982.247-25", "--json"))
    shown = run(auth_app, "show", sub)
    locked = run(auth_app, "lock", sub)
    with auth_app.test_request_context(), pytest.raises(sign_in.Blocked):
        sign_in.by_password("ana@example.com", persons.PASSWORD)
    run(auth_app, "unlock", sub)
    with auth_app.test_request_context(), kept(db):
        assert sign_in.by_password("ana@example.com", persons.PASSWORD)

    assert [(row["sub"], row["cpf"]) for row in found] == [(sub, "•••.982.247-••")]
    for output in (shown, json.dumps(found)):
        assert not any(each in output for each in ("52998224725", "98765", "ana@"))
    assert locked.split() == [sub, "locked", "True"]


def test_each_is_in_the_record_as_the_operators(auth_app, sub):
    for command in ("sign-out", "require-password", "send-recovery"):
        run(auth_app, command, sub)

    with auth_app.app_context():
        told = [event for event, subject in persons.recorded() if subject == sub]
    assert told[-3:] == [
        events.ACCOUNT_SIGNED_OUT,
        events.PASSWORD_REQUIRED,
        events.RECOVERY_ASKED,
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lock", "nobody"], "Error: "),
        (["show", "nobody"], "Error: "),
        (["reset-factor", "SUB"], "Error: The person has no such factor."),
        (["reset-factor", "SUB", "--factor", "nose"], "Invalid value"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(auth_app, sub, arguments, said):
    arguments = [sub if each == "SUB" else each for each in arguments]

    done = auth_app.test_cli_runner().invoke(args=["people", *arguments])

    assert done.exit_code in {1, 2}
    assert said in done.output
