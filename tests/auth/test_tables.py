"""Every model of this house is known to migrations, under the names that were agreed."""

import importlib
import pkgutil

import app.auth
from app.auth import tables
from app.auth.database import Base
from app.foundation.database import UtcDateTime
from tests.support.marks import mission

AGREED = {
    *("users", "roles", "user_roles", "institutions", "user_institutions", "refresh_tokens"),
    *("clients", "client_secrets", "consents", "sessions", "interactions", "signing_keys"),
    *("password_resets", "verification_tokens"),
    *("authorization_codes", "revoked_tokens", "audit_records", "login_tries"),
}


def test_no_module_of_models_is_forgotten():
    prefix = f"{app.auth.__name__}."
    found = {
        module.name
        for module in pkgutil.walk_packages(app.auth.__path__, prefix)
        if module.name.endswith(".models")
    }

    assert found == {room.__name__ for room in tables.ROOMS}
    for name in found:
        importlib.import_module(name)
    assert set(Base.metadata.tables) == tables.NAMES


@mission("S95", "S88", "S91", "S92", "S93")
def test_the_tables_have_the_agreed_names():
    assert tables.NAMES >= AGREED


def test_every_moment_is_kept_with_its_zone():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name.endswith(("_at", "_time", "_until")) or column.name == "at":
                assert isinstance(column.type, UtcDateTime), f"{table.name}.{column.name}"


def test_what_one_asks_by_is_indexed():
    """Every foreign key is the first column of an index or of the primary key."""
    for table in Base.metadata.tables.values():
        first = {index.columns[0].name for index in table.indexes}
        first |= {next(iter(c.columns)).name for c in table.constraints if len(c.columns)}
        first.add(next(iter(table.primary_key.columns)).name)
        for key in table.foreign_keys:
            named = (table.name, key.parent.name)
            if named not in NEVER_ASKED_BY:
                assert key.parent.name in first, named


# A code lives for a minute and a day; only clearing a client, a person or a session looks there.
NEVER_ASKED_BY = {
    ("authorization_codes", "client_id"),
    ("authorization_codes", "user_id"),
    ("authorization_codes", "session_id"),
}
