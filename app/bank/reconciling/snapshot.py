"""What one moment of the bank's database is asked for, and what of it does not add up."""

from typing import NamedTuple

from sqlalchemy import JSON, cast, func

from app.foundation.snapshot import rows

__all__ = ["Difference", "rows", "told"]


class Difference(NamedTuple):
    """Something that does not add up: where, which row, what of it, what was expected, what is."""

    table: str
    id: str
    what: str
    expected: object
    found: object


def told(connection, column, name):
    """Return what the JSON in ``column`` has under ``name``, as text: an expression."""
    if connection.dialect.name == "sqlite":
        return func.json_extract(column, f"$.{name}")
    return cast(column, JSON)[name].as_string()
