"""The strictest of the setting, the person's roles, their institutions and the asking app's."""

import pytest

from app.auth.database import db
from app.auth.factors import policy
from app.auth.institutions import members, roles
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage
from tests.auth.institutions import aurora
from tests.support.marks import mission

ROWS = {  # (setting, roles, the person's bank asks, the app's bank asks) → policy
    ("optional", "", "", ""): "optional",
    ("at_first_money", "", "", ""): "at_first_money",
    ("at_first_money", "", "at_registration", ""): "at_registration",
    ("at_first_money", "", "", "always"): "always",
    ("optional", "", "at_first_money", "at_registration"): "at_registration",
    ("always", "", "at_registration", "optional"): "always",
    ("at_registration", "", "optional", "optional"): "at_registration",
    ("optional", "admin", "", ""): "always",
    ("optional", "support", "at_first_money", ""): "at_first_money",
}


@pytest.fixture
def house(create_house):
    """The house as in production, for a role counts there."""
    app = create_house("auth")
    app.config["APP_ENV"] = "production"
    with app.app_context():
        with kept(db):
            roles.ensure()
        for code in ("mine", "theirs"):
            aurora.open_bank(code)
        yield app


@mission("C33")
def test_the_strictest_holds_however_it_is_read(house):
    for number, (row, expected) in enumerate(ROWS.items()):
        house.config["SECOND_FACTOR"], role, mine, theirs = row
        user = persons.open_account(f"p{number}@example.com")
        with kept(db):
            roles.give(user, ["user", *filter(None, [role])])
            members.admit(user, "mine")
            policy.ask("mine", mine or "optional")
            policy.ask("theirs", theirs or "optional")
        here = stage.come_in(user)
        read = here._replace(roles=",".join(roles.names(user.id)), institutions="mine")

        assert policy.of(user.id, "theirs") == expected, row
        assert policy.here(here, "theirs") == expected, row
        assert policy.here(read, "theirs") == expected, row


def test_an_unknown_policy_or_institution_is_refused(house):
    with pytest.raises(policy.Unknown):
        policy.ask("mine", "never")
    with pytest.raises(NotFound):
        policy.ask("nowhere", "always")


def test_who_is_released_is_bound_no_more(house):
    user = persons.open_account()
    with kept(db):
        members.admit(user, "mine")
        members.admit(user, "mine")
        policy.ask("mine", "always")
    assert policy.of(user.id) == "always"

    with kept(db):
        members.release(user, "mine")
        members.release(user, "mine")

    assert policy.of(user.id) == house.config["SECOND_FACTOR"]
    assert [event for event, _ in persons.recorded()].count("account:membership:given") == 1
    assert [event for event, _ in persons.recorded()].count("account:membership:taken") == 1
