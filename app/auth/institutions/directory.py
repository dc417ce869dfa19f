"""Open an institution, find it, list them: the rows, as they are now."""

import re

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions.models import Institution
from app.foundation.problems import NotFound, Problem

LONGEST_NAME = 60  # characters; it stands in every page's title

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


class BadCode(Problem):
    """An institution cannot be called so by machines."""

    code = "bad_code"
    status = 422
    description = "A code is up to 40 small letters, digits and hyphens."


class BadName(Problem):
    """An institution cannot be called so before people."""

    code = "bad_name"
    status = 422
    description = f"A name is one line of at most {LONGEST_NAME} characters that can be seen."


class Taken(Problem):
    """Another institution has this code."""

    code = "institution_taken"
    status = 409
    description = "Another institution has this code."


def create(code, name, *, by=events.OPERATOR):
    """Open an institution known to machines by ``code`` and to people by ``name``; return it.

    Raises BadCode, BadName, Taken.
    """
    if not _CODE.fullmatch(code):
        raise BadCode
    institution = Institution(code=code, name=named(name))
    try:
        with db.session.begin_nested():
            db.session.add(institution)
    except IntegrityError:
        raise Taken from None
    trail.record(events.INSTITUTION_CREATED, actor=by, subject=code)
    return institution


def named(name):
    """Return ``name`` as it is kept: one line of signs that can be seen. Raises BadName."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadName
    return name


def get(code):
    """Return the institution of that code. Raises NotFound."""
    return _found(select(Institution).where(Institution.code == code))


def held(code):
    """Return the institution as it is now, unchanged by anyone else until this is done.

    Raises NotFound.
    """
    mine = select(Institution).where(Institution.code == code).with_for_update()
    return _found(mine.execution_options(populate_existing=True))


def everyone():
    """Return every institution, by code."""
    return db.session.scalars(select(Institution).order_by(Institution.code)).all()


def names(codes):
    """Return what people call the institutions of ``codes``, by code."""
    mine = select(Institution.code, Institution.name).where(Institution.code.in_(codes))
    return {row.code: row.name for row in db.session.execute(mine)}


def _found(query):
    institution = db.session.scalar(query)
    if institution is None:
        raise NotFound("There is no such institution.")
    return institution
