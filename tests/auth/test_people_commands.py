"""``flask people …``."""

import json

import pytest
from sqlalchemy import func, select

from app.auth.accounts import claims
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions import roles
from tests.auth import persons
from tests.auth.accounts.test_registration import EVERYTHING


def run(app, *more):
    arguments = ["people", "create", "--email", "ana@example.com", "--password"]
    return app.test_cli_runner().invoke(args=[*arguments, persons.PASSWORD, *more])


def test_people_create_prints_sub_and_id(auth_app, tmp_path):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps(EVERYTHING), encoding="utf-8")

    done = run(
        auth_app,
        *("--name", "Ana Souza", "--username", "ana", "--cpf", "12345678909"),
        *("--phone", "11987654321", "--role", "support", "--verified"),
        *("--claims", str(file), "--json"),
    )

    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    with auth_app.app_context():
        user = db.session.get(User, told["id"])
        assert user.sub == told["sub"]
        assert roles.names(user.id) == ["support", "user"]
        assert user.email_verified_at
        assert user.phone_verified_at
        assert user.identity_verified_at
        assert claims.of(user)["address"] == EVERYTHING["address"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--role", "emperor"], "Error: There is no such role."),
        (["--cpf", "11111111111"], "Error: That is not a valid CPF."),
        (["--claims", "/nowhere.json"], "Error: The file of claims cannot be read."),
        (["--password", "12345678"], "Error: The password is one of the most common ones."),
    ],
)
def test_people_create_says_in_one_line_what_is_wrong_and_keeps_nothing(auth_app, more, said):
    done = run(auth_app, *more)

    assert done.exit_code == 1
    assert done.output.strip() == said
    with auth_app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


def test_people_create_says_so_when_the_address_is_taken(auth_app):
    run(auth_app)

    again = run(auth_app)

    assert (again.exit_code, again.output.strip()) == (
        1,
        "Error: Another person has this email.",
    )
