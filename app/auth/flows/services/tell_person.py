"""Tell a person what happened to them at a service of ours, once (S111, S112).

Whoever sends a notice twice, or in two orders, or through two ways, has it told once: its id is a
row of the same transaction as the messages.
"""

import re
from datetime import datetime

from sqlalchemy import bindparam, text

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.flows.services import resolve_person
from app.auth.notifications import messages, post
from app.foundation import clock
from app.foundation.database import UtcDateTime
from app.foundation.problems import NotFound, Problem

LONGEST = 200  # characters of a text; what is told is shorter still
LARGEST = 10**15  # minor units
PEOPLE = {"payee", "payer"}

_NAME = re.compile(r"[\x21-\x7e]{1,255}")

_RECEIVE = text(
    "INSERT INTO received_notices (client_id, id, received_at) VALUES (:client_id, :id, :at)"
    " ON CONFLICT DO NOTHING RETURNING id"
).bindparams(bindparam("at", type_=UtcDateTime))


class UnknownNotice(Problem):
    """No notice is called so."""

    code = "unknown_notice"
    status = 422
    description = "There is no such notice."


class WrongData(Problem):
    """The notice is not told by these values; ``fields``: pairs of a name and why."""

    code = "invalid_data"
    status = 422

    def __init__(self, fields):
        super().__init__(detail=" ".join(name for name, _ in fields))
        self.fields = fields


def tell(client_id, notice_id, sub, notice, data):
    """Tell the person ``sub`` the ``notice``; return whether this was its first time.

    client_id: the service; notice_id: what it calls this one notice; data: what the catalogue says
    of the notice, moments as ISO 8601 text with their zone. Whoever it is about may be named by
    ``payee_sub`` or ``payer_sub``, and is then called what we call them.

    Raises UnknownNotice, WrongData, NotFound.
    """
    message = messages.CATALOGUE.get(notice) if isinstance(notice, str) else None
    if message is None or message.kind is None:
        raise UnknownNotice
    _check(notice_id, sub, data)
    context = _read(message, data)
    user = lookup.by_sub(sub)
    if user is None or user.status == "closed":
        raise NotFound("There is no such person.")
    received = {"client_id": client_id, "id": notice_id, "at": clock.now()}
    if db.session.execute(_RECEIVE, received).scalar() is None:
        return False
    post.notice(notice, user, **context)
    return True


def _check(notice_id, sub, data):
    named = {"id": notice_id, "sub": sub}
    wrong = [name for name, text in named.items() if not _is_a_name(text)]
    wrong += [] if isinstance(data, dict) else ["data"]
    if wrong:
        raise WrongData([(name, "It is of the wrong kind.") for name in wrong])


def _is_a_name(text):
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def _read(message, data):
    people = {f"{name}_sub" for name in PEOPLE & set(message.context)}
    extra = data.keys() - set(message.context) - people
    wrong = [(name[:40], "There is no such value.") for name in extra]
    context = {}
    for name in message.context:
        if f"{name}_sub" in data.keys() & people and name not in data:
            context[name] = _called(data[f"{name}_sub"])
            continue
        context[name] = _value(name, data.get(name))
        if context[name] is None:
            wrong.append((name, "It is missing, or of the wrong kind."))
    if wrong:
        raise WrongData(sorted(wrong))
    return context


def _called(sub):
    """What we call that person; None: nobody of that name."""
    user = lookup.by_sub(sub) if _is_a_name(sub) else None
    return (user and resolve_person.called(user)) or None


def _value(name, given):
    """What ``given`` means as the value ``name``; None: it cannot be one."""
    if messages.VALUES[name] is datetime:
        return _moment(given)
    if messages.VALUES[name] is int:
        return given if type(given) is int and 0 <= given <= LARGEST else None
    if not isinstance(given, str) or not 1 <= len(given) <= LONGEST:
        return None
    known = messages.NAMES.get(name)
    return given if known is None or known(given) else None


def _moment(given):
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None and 2000 <= moment.year < 2200 else None
