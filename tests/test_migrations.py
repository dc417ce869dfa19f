"""Both houses, both databases: the schema is made by migrations alone, up and down, as modelled."""

import importlib
import multiprocessing
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from app.auth import chaining
from app.auth.keys import rotation
from app.foundation.database import kept
from tests.support import houses, pairs, parts
from tests.support.marks import asvs, mission
from tests.support.services import Missing

ROOT = Path(__file__).parents[1]
APPEND_ONLY = {
    "auth": ["audit_records", "audit_links", "audit_nodes", "audit_heads", "approvals"],
    "bank": ["wallet_entries", "wallet_postings", "bank_records"],
}

ANSWER = (
    "INSERT INTO approvals (id, transaction_id, user_id, sub, client_id, session_id, decision,"
    " deed, canonical, digest, decided_at)"
    " VALUES ('apr_1', 'dee_1', 1, 'ana', 'shop', 'ses_1', 'refused', '', '{}', '', :at)"
)


@pytest.fixture(params=["auth", "bank"])
def house(request):
    """Runs the test once for each house."""
    return request.param


@pytest.fixture
def empty(databases, database_kind, tmp_path):
    """Make addresses of databases that hold nothing: ``empty()``."""
    made = []

    def new():
        if database_kind == "sqlite":
            return f"sqlite:///{tmp_path / f'{len(made)}.sqlite3'}"
        try:
            made.append(databases.empty())
        except Missing as why:
            parts.missing("postgresql", why)
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def bare(house, empty, create_house):
    """The house on a database that holds nothing, a context open."""
    app = create_house(house, url=empty())
    with app.app_context():
        yield app


def shape(app):
    """Return everything a database knows of its tables, but for the versions of the schema."""
    found = inspect(app.database.engine)
    return {
        table: {
            "columns": {c["name"]: _told(c) for c in found.get_columns(table)},
            "key": found.get_pk_constraint(table),
            "foreign": _sorted(found.get_foreign_keys(table)),
            "unique": _sorted(found.get_unique_constraints(table)),
            "checks": _sorted(found.get_check_constraints(table)),
            "indexes": _sorted(found.get_indexes(table)),
        }
        for table in found.get_table_names()
        if not table.startswith("alembic_version")
    }


def _told(column):
    return repr(column["type"]), column["nullable"], str(column["default"])


def _sorted(things):
    return sorted(str({name: _spelt(value) for name, value in thing.items()}) for thing in things)


def _spelt(value):
    if isinstance(value, dict):
        return {name: str(part) for name, part in value.items()}
    return str(value)


def extras(app):
    """Return the names of triggers and functions."""
    if app.database.engine.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL"
            " SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    with app.database.engine.connect() as connection:
        return set(connection.scalars(text(asked)))


def revisions(house):
    """Return how many steps the history of ``house`` has."""
    return len(list((ROOT / "migrations" / house / "versions").glob("*.py")))


@mission("S95", "S94")
def test_the_schema_goes_up_and_down_and_up_again(house, bare):
    flask_migrate.upgrade()
    first = shape(bare), extras(bare)

    flask_migrate.downgrade(revision="base")
    left = inspect(bare.database.engine).get_table_names()
    assert left == [f"alembic_version_{house}"]
    assert extras(bare) == set()

    flask_migrate.upgrade()
    assert (shape(bare), extras(bare)) == first


@mission("S95")
def test_each_step_goes_up_and_down_by_itself(house, bare):
    seen = []
    for _ in range(revisions(house)):
        seen.append((shape(bare), extras(bare)))
        flask_migrate.upgrade(revision="+1")

    for before in reversed(seen):
        flask_migrate.downgrade(revision="-1")
        assert (shape(bare), extras(bare)) == before


@mission("S95")
def test_the_migrated_schema_is_what_the_models_say(house, bare, empty, create_house):
    flask_migrate.upgrade()
    flask_migrate.check()  # exits when Alembic would change anything
    modelled = create_house(house, url=empty())

    with modelled.app_context():
        modelled.database.create_all()
        expected = shape(modelled)

    assert shape(bare) == expected
    tables = importlib.import_module(f"app.{house}.tables")
    assert set(expected) == tables.NAMES == set(modelled.database.metadata.tables)


@mission("S95", "S94")
def test_the_command_makes_every_table(house, bare):
    done = bare.test_cli_runner().invoke(args=["db", "upgrade"])

    assert done.exit_code == 0, done.output
    assert set(shape(bare)) == importlib.import_module(f"app.{house}.tables").NAMES


@mission("S95")
def test_two_houses_in_one_database_do_not_see_each_other(empty, create_house):
    url = empty()
    apps = {name: create_house(name, url=url) for name in houses.SETTINGS}
    for app in apps.values():
        with app.app_context():
            flask_migrate.upgrade()

    for app in apps.values():
        with app.app_context():
            flask_migrate.check()  # proposes to drop nothing of the other's

    with apps["auth"].app_context():
        flask_migrate.downgrade(revision="base")
    with apps["bank"].app_context():
        left = inspect(apps["bank"].database.engine).get_table_names()
        assert set(left) == apps["bank"].database.metadata.tables.keys() | {
            *("alembic_version_auth", "alembic_version_bank")
        }
        flask_migrate.check()


HARM = {
    "postgresql": ["TRUNCATE {} CASCADE"],
    "sqlite": ["INSERT OR REPLACE INTO {0} SELECT * FROM {0}"],
}


@asvs("16.4.2")
def test_what_is_append_only_cannot_be_changed_or_removed(house, create_house, database_kind):
    app = create_house(house)
    with app.app_context():
        fill(app, house)
        for table in APPEND_ONLY[house]:
            before = rows(app, table)
            column = inspect(app.database.engine).get_columns(table)[1]["name"]
            harms = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
            for harm in harms + [harm.format(table) for harm in HARM[database_kind]]:
                with pytest.raises(DBAPIError, match="append-only"), kept(app.database) as session:
                    session.execute(text(harm))
            assert rows(app, table) == before != []


def fill(app, house):
    """Let something happen that every append-only table of ``house`` tells of."""
    if house == "bank":
        done = app.test_cli_runner().invoke(args=["wallets", "fund", "ana", "100"])
    else:
        done = app.test_cli_runner().invoke(
            args=["clients", "register"], input='{"redirect_uris": ["https://shop.example/"]}'
        )
        with kept(app.database) as session:
            session.execute(text(ANSWER), {"at": "2026-11-20 12:00:00+00:00"})
        with pairs.reused(), kept(app.database):
            rotation.ensure()  # more records, and a key to sign heads with
        chaining.seal(now=True)
    assert done.exit_code == 0, done.output


def rows(app, table):
    with app.database.engine.connect() as connection:
        return connection.execute(text(f"SELECT * FROM {table}")).all()


@mission("S95")
def test_many_who_migrate_at_once_all_find_it_done(house, empty, create_house):
    url, fork = empty(), multiprocessing.get_context("fork")
    crowd = [fork.Process(target=houses.migrate, args=(house, url)) for _ in range(3)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()

    assert [process.exitcode for process in crowd] == [0, 0, 0]
    app = create_house(house, url=url)
    with app.app_context():
        flask_migrate.check()
