"""Is this process alive, and is it ready to work? For whoever starts, watches or balances it."""

from flask import Blueprint, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import short_term
from app.foundation.logs import log
from app.foundation.problems import Problem


def blueprint(**checks):
    """Return ``/health/live`` and ``/health/ready``.

    checks: name → a function that raises when its part is away; the answer names the part alone.
    """
    health = Blueprint("health", __name__)

    @health.get("/health/live")
    def live():
        return jsonify(status="ok")

    @health.get("/health/ready")
    def ready():
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
    short_term.ping()


def _state(name, check):
    try:
        check()
    except (Problem, SQLAlchemyError, RedisError, OSError) as error:
        log.warning("not ready", part=name, error=type(error).__name__)
        return "away"
    return "ok"
