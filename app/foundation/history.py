"""Has the database the shape that this program knows? Told without loading Alembic."""

import re
from functools import lru_cache
from pathlib import Path

from sqlalchemy import column, select, table
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.foundation.health import Amiss

_NAMED = re.compile(r"^(revision|down_revision)\b[^=\n]*= *(?:['\"](\w+)['\"]|None)", re.MULTILINE)


def check(db, folder):
    """Return a check that ``db`` has every migration of ``folder``, whose name is the house's.

    A database that is ahead is well: a newer program is being brought in, and every migration
    leaves the program before it at work.
    """

    def ahead_or_there():
        versions = table(f"alembic_version_{Path(folder).name}", column("version_num"))
        with db.engine.connect() as connection:
            try:
                at = connection.scalar(select(versions.c.version_num))
            except (ProgrammingError, OperationalError) as error:
                raise _amiss(error) from error
        newest, known = _history(Path(folder))
        if at == newest:
            return None
        if at in known:
            raise Amiss(f"the database is at {at}, this program needs {newest}: run `db upgrade`")
        return f"the database is at {at}, which is newer than this program"

    return ahead_or_there


@lru_cache
def _history(folder):
    """Return the newest revision of ``folder``, and all of them."""
    found = [
        dict(_NAMED.findall(file.read_text())) for file in sorted(folder.glob("versions/*.py"))
    ]
    known = {each["revision"] for each in found}
    [newest] = known - {each.get("down_revision") for each in found}
    return newest, known


def _amiss(error):
    if error.connection_invalidated:
        return error
    return Amiss("the database has no tables yet, or they cannot be read: run `db upgrade`")
