"""``flask doctor``: what readiness asks and what only a person would, a line each; exits 1."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.foundation import clock, health
from app.foundation.command_line import tell
from app.foundation.health import Amiss

APART_SECONDS = 5  # between the clock here and the database's


def command(db, **more):
    """Return the command. more: further checks, name → function, as :mod:`app.foundation.health`'s.

    ``db`` is whose clock is compared with ours.
    """

    @click.command("doctor", help="Look whether all is well, and say what is not.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @with_appcontext
    def doctor(as_json):
        """Do every check and print what each found; exit 1 when one keeps us from work."""
        found = list(health.findings(issuer=issuer, proxies=proxies, clock=clock_of(db), **more))
        tell([each._asdict() for each in found], as_json)
        if any(each.state == health.AWAY for each in found):
            sys.exit(1)

    return doctor


def issuer():
    """Say when cookies and tokens would go in clear: ``ISSUER`` without https."""
    address = current_app.config["ISSUER"]
    if not address.startswith("https://"):
        return f"{address} is not https: for a developer's machine alone"
    return None


def proxies():
    """Say when everybody would have the address of the proxy, which must be there for https."""
    config = current_app.config
    if config["ISSUER"].startswith("https://") and not config["TRUSTED_PROXIES"]:
        return "TRUSTED_PROXIES is 0: behind a proxy everybody has the proxy's address, and limit"
    return None


def clock_of(db):
    """Return a check that our clock and that of ``db`` agree; SQLite's is ours."""

    def check():
        if db.engine.dialect.name == "sqlite":
            return
        with db.engine.connect() as connection:
            theirs = connection.scalar(text("SELECT clock_timestamp()"))
        apart = abs((clock.now() - theirs).total_seconds())
        if apart > APART_SECONDS:
            raise Amiss(f"the database's clock and ours are {apart:.0f} seconds apart")

    return check
