"""Is this process alive, and is it ready to work? For whoever starts, watches or balances it."""

from flask import Blueprint, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import limits
from app.foundation.logs import log
from app.foundation.openapi.operation import Operation, answer, members, ref
from app.foundation.problems import Problem

_STATE = {"type": "string", "enum": ["ok", "away"]}
TAGS = {"Operations": "For whoever runs this server"}
SCHEMAS = {
    "Health": members(
        ("status",),
        status={"type": "string", "enum": ["ok", "unavailable"]},
        checks={"type": "object", "additionalProperties": _STATE},
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


def blueprint(**checks):
    """Return ``/health/live`` and ``/health/ready``.

    checks: name → a function that raises when its part is away; the answer names the part alone.
    """
    health = Blueprint("health", __name__)

    @health.get("/health/live")
    def live():
        """Say that this process is alive."""
        return jsonify(status="ok")

    @health.get("/health/ready")
    def ready():
        """Say whether every part this process stands on answers."""
        states = {name: _state(name, check) for name, check in checks.items()}
        well = all(state == "ok" for state in states.values())
        return jsonify(status="ok" if well else "unavailable", checks=states), 200 if well else 503

    return health


def database(db):
    """Return a check that ``db`` answers."""

    def check():
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    return check


def forgotten():
    """Check that what keeps short-lived things answers."""
    limits.ping()


def _state(name, check):
    try:
        check()
    except (Problem, SQLAlchemyError, RedisError, OSError) as error:
        log.warning("not ready", part=name, error=type(error).__name__)
        return "away"
    return "ok"
