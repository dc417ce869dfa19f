"""Find an institution: read and parsed once, kept in the process for ``CACHE_SECONDS`` at most.

So no page and no authorization asks the database for it (`decisions.md` §10). A miss is not kept;
there are as many as banks, so none is thrown out.
"""

import hashlib
import json
from typing import NamedTuple

from flask import current_app

from app.auth.database import hot
from app.auth.institutions import colours
from app.foundation import clock
from app.foundation.hot import Statement


class Row(NamedTuple):
    """An institution as stored."""

    name: str
    colours: str | None
    second_factor: str | None
    logo: str | None


FIND = Statement(
    "SELECT i.name, i.colours, i.second_factor, l.fingerprint FROM institutions i"
    " LEFT JOIN institution_logos l ON l.institution_id = i.id WHERE i.code = :code",
    Row,
)


class InstitutionRecord(NamedTuple):
    """An institution as everybody else sees it.

    sheet: the style sheet of its colours, None: the house's; fingerprint: of that; logo: the
    fingerprint of its picture, None: it has none; second_factor: what it asks for, or None.
    """

    code: str
    name: str
    sheet: str | None
    fingerprint: str | None
    logo: str | None
    second_factor: str | None


def find(code):
    """Return the :class:`InstitutionRecord` of ``code``, or None."""
    cache = current_app.extensions["institutions"]
    now = clock.ticks()
    kept = cache.get(code)
    if kept and now < kept[0]:
        return kept[1]
    row = hot.first(FIND, code=code)
    if row is None:
        return None
    record = parse(code, row)
    cache[code] = (now + current_app.config["CACHE_SECONDS"], record)
    return record


def forget(code):
    """Read this institution again at the next question."""
    current_app.extensions["institutions"].pop(code, None)


def parse(code, row):
    """Return the record that a ``row`` of :data:`FIND` describes."""
    given = json.loads(row.colours) if row.colours else None
    sheet = colours.sheet(given) if given else None
    fingerprint = hashlib.sha256(sheet.encode()).hexdigest()[:16] if sheet else None
    return InstitutionRecord(code, row.name, sheet, fingerprint, row.logo, row.second_factor)
