"""``Idempotency-Key``: the same question gets the same answer, and does its deed once.

The key's row and the deed are one transaction. Who comes second with a key waits at the unique
row until the first is done, so the database decides between them, not this process; a deed that
was refused leaves no row, and its key may be used again.
"""

import base64
import hashlib
import json
import re
from datetime import datetime
from functools import partial, wraps

from flask import Response, current_app, make_response, request
from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base, db, hot
from app.foundation import clock, keeping, web
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement
from app.foundation.problems import Problem
from app.resource_server import current_token

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyMissing(Problem):
    """A deed of money without an ``Idempotency-Key``, or with a malformed one."""

    code = "idempotency_key_required"
    status = 400
    description = "Send an Idempotency-Key header: 1 to 255 visible ASCII characters."


class KeyReused(Problem):
    """The key was used for another question."""

    code = "idempotency_key_reused"
    status = 409
    description = "This Idempotency-Key was used with another body or path."


class IdempotencyKey(Base):
    """A key one person used at one route, and the answer it got."""

    __tablename__ = "bank_idempotency_keys"

    person: Mapped[str] = mapped_column(Text, primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    question_digest: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


_TAKE = Statement(
    "INSERT INTO bank_idempotency_keys (person, route, key, question_digest, used_at)"
    " VALUES (:person, :route, :key, :question_digest, :used_at)"
    " ON CONFLICT DO NOTHING RETURNING key"
)
_KEEP = Statement(
    "UPDATE bank_idempotency_keys SET status = :status, answer = :answer"
    " WHERE person = :person AND route = :route AND key = :key"
)


def idempotent(view, *, sealed=False):
    """Do ``view`` once for one person, route and ``Idempotency-Key``; then repeat its answer.

    A repeated answer is the first one, with the header ``Idempotency-Replayed: true``. sealed: keep
    it sealed, for it holds a secret.

    Raises KeyMissing: when there is no usable key. Raises KeyReused: when the body is another, or
    the wallet that the path names.
    """

    @wraps(view)
    def once(**arguments):
        """Do it, or say again what it answered."""
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise KeyMissing
        route = f"{request.method} {request.url_rule}"
        name = {"person": current_token.subject, "route": route, "key": key}
        question = _question(web.json_body(), arguments)
        taken = name | {"question_digest": question, "used_at": clock.now()}
        if not hot.within(_TAKE, **taken):
            return _again(name, question, sealed)
        response = make_response(view(**arguments))
        _keep(name, sealed, response)
        if keeping.goes_on():
            keeping.then(partial(_keep, name, sealed))
        return response

    return once


idempotent_secret = partial(idempotent, sealed=True)


def answered(row):
    """Return the answer kept in ``row``, opened if it is sealed; None where there is none."""
    if row.answer is None or row.answer[:1] in {"{", "["}:
        return row.answer
    return _opened(row.answer, {"person": row.person, "route": row.route, "key": row.key})


def _question(body, arguments):
    """What is asked, and of whom: one's own wallet is the same by each of its names."""
    others = {name: it for name, it in arguments.items() if not current_token.belongs_to(it)}
    return _digest({"body": body, "path": others} if others else body)


def _digest(body):
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def _again(name, question, sealed):
    table = IdempotencyKey.__table__
    columns = select(table.c.question_digest, table.c.status, table.c.answer)
    first = db.session.execute(columns.filter_by(**name)).one()
    if first.question_digest != question:
        raise KeyReused
    answer = _opened(first.answer, name) if sealed else first.answer
    response = Response(answer, first.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _keep(name, sealed, response):
    answer = response.get_data(as_text=True)
    answer = _sealed(answer, name) if sealed else answer
    hot.within(_KEEP, status=response.status_code, answer=answer, **name)
    return response


def _sealed(answer, name):
    envelope = current_app.extensions["sealing"].seal(answer.encode(), _place(**name))
    return base64.b64encode(envelope).decode()


def _opened(answer, name):
    ring = current_app.extensions["sealing"]
    return ring.open(base64.b64decode(answer), _place(**name)).decode()


def place(row):
    """Where the answer of ``row`` is sealed for, if it is."""
    return _place(row.person, row.route, row.key)


def _place(person, route, key):
    name = {"person": person, "route": route, "key": key}
    row = _digest(name).hex()  # a key may hold whatever an app likes
    return f"{IdempotencyKey.__tablename__}/{row}/answer"
