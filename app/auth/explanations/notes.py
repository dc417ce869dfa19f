"""Keep an explanation, and find it by the request's id."""

import json
from typing import NamedTuple

from app.auth.database import db, hot
from app.auth.explanations.models import Explanation
from app.foundation import clock, database
from app.foundation.hot import Statement


class Told(NamedTuple):
    """What was kept, JSON."""

    told: str


KEEP = Statement(
    "INSERT INTO explanations (request_id, at, told) VALUES (:request_id, :now, :told)"
    " ON CONFLICT (request_id) DO NOTHING"
)
FIND = Statement("SELECT told FROM explanations WHERE request_id = :request_id", Told)


def keep(request_id, explanation):
    """Keep ``explanation`` (a dict that JSON can write).

    Beside what the refusal itself keeps, where it does (a reused token's end); else by itself,
    though the request is undone: a row that it only held is let go first.
    """
    now, told = clock.now(), json.dumps(explanation)
    if database.is_writing(db):
        db.session.merge(Explanation(request_id=request_id, at=now, told=told))
    else:
        database.let_go(db)
        hot.run(KEEP, request_id=request_id, now=now, told=told)


def find(request_id):
    """Return what was kept (a dict), or None."""
    found = hot.first(FIND, request_id=request_id)
    return found and json.loads(found.told)
