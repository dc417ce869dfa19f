"""How a notice leaves the house: over HTTP, or through a queue of others (``BROKER_URL``)."""

import base64
import json
from typing import NamedTuple

from flask import current_app

from app.bank.authority import asking, notices
from app.foundation import broker, digests, sealing
from app.foundation.problems import Unavailable


class Failure(NamedTuple):
    """Why a notice was not taken, in one word; final: no other try would fare better."""

    reason: str
    final: bool = False


def current():
    """Return the way that the settings name: a function from bodies (dicts) to their failures.

    It returns the :class:`Failure` of each that was not taken, by its id.
    """
    return through_the_queue if broker.current(broker.NOTICES) else over_http


def over_http(bodies):
    """Hand each to the authorization server; the first that finds it away stands for the rest."""
    failures = {}
    for number, body in enumerate(bodies):
        try:
            notices.send(body["id"], body["sub"], body["notice"], body["data"])
        except notices.NotTaken as refusal:
            failures[body["id"]] = Failure(refusal.detail, final=True)
        except asking.Away:
            return failures | {rest["id"]: Failure("away") for rest in bodies[number:]}
    return failures


def through_the_queue(bodies):
    """Put them in the queue, sealed for the authorization server alone, who knows us by our secret.

    Whoever keeps the queue reads nothing of them and can add none.
    """
    things = {body["id"]: _sealed(body) for body in bodies}
    try:
        broker.current(broker.NOTICES).publish(things)
    except Unavailable:
        return dict.fromkeys(things, Failure("broker_away"))
    return {}


def _sealed(body):
    """A notice as the queue carries it: the other house keeps the digest of our secret."""
    settings = current_app.config
    key = digests.of(settings["BANK_CLIENT_SECRET"]).hex()
    sealed = sealing.seal_under(key, json.dumps(body).encode(), f"{broker.NOTICES}/{body['id']}")
    return {
        "client_id": settings["BANK_CLIENT_ID"],
        "id": body["id"],
        "sealed": base64.b64encode(sealed).decode(),
    }
