"""The first run: keys and an administrator once, however many processes start together."""

import pytest
from sqlalchemy import delete, select

from app.auth import first_run
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.keys.models import SigningKey
from app.foundation.database import kept
from tests.auth import stage
from tests.support import pairs
from tests.support.marks import mission


@pytest.fixture
def bare(auth_app):
    """A migrated house that has never run."""
    with auth_app.app_context(), kept(db):
        db.session.execute(delete(SigningKey))
    return auth_app


def found(app):
    with app.app_context():
        keys = sorted(db.session.scalars(select(SigningKey.state)))
        return keys, db.session.scalars(select(User.username)).all()


@mission("S123", "S124")
def test_processes_that_start_together_make_keys_and_administrator_once(bare):
    with pairs.reused():
        got = stage.all_at_once(bare, lambda _: first_run.ensure(bare), 4)

    assert got == [None] * 4
    assert found(bare) == (["active"] * 4 + ["next"] * 4, ["admin"])
    first_run.ensure(bare)
    assert found(bare) == (["active"] * 4 + ["next"] * 4, ["admin"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_before_the_migrations_there_is_nothing_to_do(create_house, tmp_path):
    app = create_house("auth", url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    first_run.ensure(app)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_with_the_database_away_the_server_still_starts(create_house):
    first_run.ensure(create_house("auth", url="postgresql+psycopg://x@127.0.0.1:9/none"))


@mission("S123")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_wrong_key_refuses_the_start_in_one_line_that_does_not_quote_it(bare, create_house):
    url = bare.config["AUTH_DATABASE_URL"]
    app = create_house("auth", url=url, JWT_PRIVATE_KEY="-----BEGIN nonsense-----")

    with pytest.raises(SystemExit) as end:
        first_run.ensure(app)

    assert "JWT_PRIVATE_KEY" in str(end.value)
    assert "nonsense" not in str(end.value)
    assert "\n" not in str(end.value)
