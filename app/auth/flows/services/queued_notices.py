"""Notices that services put in a queue: taken, told, and only then done with (S112, F12).

The queue is nobody's to trust. What is in it was sealed under the digest of the service's secret,
which the service and we alone know; what does not open, or is told wrongly, is passed over.
"""

import base64
import json

from app.auth.clients import credentials, registry
from app.auth.database import db
from app.auth.flows.services import tell_person
from app.foundation import broker, sealing
from app.foundation.database import kept
from app.foundation.logs import log
from app.foundation.problems import Problem
from app.foundation.sealing import CannotOpen

SCOPE = "notices:send"
SECONDS = 1  # how long to wait for something to come
BATCH = 64


def take():
    """Tell what comes out of the queue; return how many went which way. Raises Unavailable.

    The ways are ``told``, ``known`` (it was told before) and ``refused``. The broker is told that
    they are done once all is kept: who dies before that is given them again.
    """
    with broker.current(broker.NOTICES).taken(BATCH, SECONDS) as bodies:
        ways = [_one(body) for body in bodies]
    return {way: ways.count(way) for way in dict.fromkeys(ways)}


def _one(carried):
    try:
        with kept(db):
            client_id, body = _opened(carried)
            first = tell_person.tell(client_id, **body)
    except Problem as problem:
        log.warning("queued notice refused", problem=problem.code, detail=problem.detail)
        return "refused"
    return "told" if first else "known"


def _opened(carried):
    """The service, and what it sent. Raises tell_person.WrongData: when it is none of theirs."""
    try:
        client_id, notice_id = carried["client_id"], carried["id"]
        sealed = base64.b64decode(carried["sealed"], validate=True)
        clear = _clear(client_id, sealed, f"{broker.NOTICES}/{notice_id}")
        body = json.loads(clear)
        return client_id, {
            "notice_id": body["id"],
            **{name: body[name] for name in ("sub", "notice", "data")},
        }
    except (TypeError, KeyError, ValueError, AttributeError, CannotOpen) as error:
        raise tell_person.WrongData([("body", type(error).__name__)]) from None


def _clear(client_id, sealed, place):
    client = registry.find(client_id)
    if client is None or client.disabled or SCOPE not in client.scope:
        raise CannotOpen(place)
    for secret in credentials.in_use(client_id):
        try:
            return sealing.open_under(secret.value_digest.hex(), sealed, place)
        except CannotOpen:
            continue
    raise CannotOpen(place)
