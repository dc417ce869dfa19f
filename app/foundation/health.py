"""Is this process alive, and is it ready to work? For whoever starts, watches or balances it.

A check returns nothing when its part is well, a sentence when it is not as it should be but work
goes on, and raises when nobody should be sent here. What it says is shown to operators alone.
"""

from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, current_app, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import limits, metrics
from app.foundation.logs import log
from app.foundation.openapi.operation import Operation, answer, members, ref
from app.foundation.problems import Problem

OK, WARNING, AWAY = "ok", "warning", "away"
_STATE = {"type": "string", "enum": [OK, WARNING, AWAY]}
TAGS = {"Operations": "For whoever runs this server"}
SCHEMAS = {
    "Health": members(
        ("status",),
        status={"type": "string", "enum": ["ok", "unavailable"]},
        checks={"type": "object", "additionalProperties": _STATE},
        details={"type": "object", "additionalProperties": {"type": "string"}},
    )
}
OPERATIONS = {
    "health.live": Operation(
        "Operations", {200: answer("It is alive", ref("Health"), live={"status": "ok"})}
    ),
    "health.ready": Operation(
        "Operations",
        {
            200: answer("Every part answers", ref("Health"), ready={"status": "ok"}),
            503: answer("A part is away", ref("Health"), away={"status": "unavailable"}),
        },
    ),
}


class Amiss(Exception):
    """What a check found that keeps this process from its work; says why."""


class Finding(NamedTuple):
    """What one check found: its name, ``ok``, ``warning`` or ``away``, and why, if not ok."""

    name: str
    state: str
    why: str | None = None


def init_app(app, **checks):
    """Give ``app`` its checks (name → function) and the two addresses that tell of them."""
    app.extensions["checks"] = {"serving": serving} | checks
    app.register_blueprint(_blueprint())


def findings(**more):
    """Do every check of the application at work, and those of ``more``; yield :class:`Finding`."""
    for name, check in (current_app.extensions["checks"] | more).items():
        yield _found(name, check)


def _blueprint():
    health = Blueprint("health", __name__)

    @health.get("/health/live")
    def live():
        """Say that this process is alive."""
        return jsonify(status="ok")

    @health.get("/health/ready")
    def ready():
        """Say whether every part this process stands on answers; to operators, why one does not."""
        found = list(findings())
        well = all(each.state != AWAY for each in found)
        told = {"checks": {each.name: each.state for each in found}}
        if metrics.may_see():
            told["details"] = {each.name: each.why for each in found if each.why}
        return jsonify(status="ok" if well else "unavailable", **told), 200 if well else 503

    return health


def serving():
    """Check that nobody has asked this process to stop (``DRAIN_FILE``)."""
    file = current_app.config["DRAIN_FILE"]
    if file and Path(file).exists():
        raise Amiss("this server is about to stop: send nobody here")


def database(db):
    """Return a check that ``db`` answers."""

    def check():
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    return check


def forgotten():
    """Check that what keeps short-lived things answers."""
    limits.ping()


def _found(name, check):
    try:
        why = check()
    except Amiss as amiss:
        why = str(amiss)
    except (Problem, SQLAlchemyError, RedisError, OSError) as error:
        why = getattr(error, "detail", None) or type(error).__name__
        why = why if isinstance(why, str) else type(error).__name__
    else:
        return Finding(name, WARNING, why) if why else Finding(name, OK)
    log.warning("not ready", part=name, why=why)
    return Finding(name, AWAY, why)
