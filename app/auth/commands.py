"""The command line: ``flask --app wsgi:auth …``. Each prints JSON with ``--json``.

A command keeps its work when it succeeds and nothing of it when it does not; then it says in one
line what is wrong and exits 1.
"""

import click
from flask import current_app
from flask.cli import AppGroup

from app.auth import (
    client_commands,
    evidence_commands,
    housekeeping,
    initial_token_commands,
    institution_commands,
    message_commands,
    people_commands,
    worker,
)
from app.auth.database import db
from app.auth.import_commands import command as import_command
from app.auth.keys import rotation
from app.auth.tokens import logout_delivery
from app.foundation.command_line import tell, work
from app.foundation.problems import Problem

keys = AppGroup("keys", help="See and turn over the signing keys.")
keeping = AppGroup("housekeeping", help="Delete what expired.")
logout = AppGroup("logout", help="Tell apps that sessions are over.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def register(app):
    """Give ``app`` its commands."""
    for group in (client_commands.clients, keys, keeping, logout, people_commands.people):
        app.cli.add_command(group)
    app.cli.add_command(evidence_commands.evidence)
    app.cli.add_command(institution_commands.institutions)
    app.cli.add_command(message_commands.messages)
    app.cli.add_command(worker.run)
    people_commands.people.add_command(import_command.bring_in)
    client_commands.clients.add_command(initial_token_commands.tokens)


@keys.command("list")
@as_json
def list_keys(as_json):
    """Print the signing keys by algorithm, newest first."""
    with work(db):
        rows = [_key(row) for row in rotation.listed()]
    tell(rows, as_json)


@keys.command("rotate")
@click.option("--alg", help="Only this algorithm.")
@as_json
def rotate(alg, as_json):
    """Make the next keys active, tell from when each signs, and publish fresh next ones."""
    with work(db):
        rows = [_key(row) for row in rotation.rotate(alg)]
        if not rows:
            raise Problem("Nothing turned over: no key of that algorithm is active.")
    tell(rows, as_json)


@keys.command("retire", context_settings={"ignore_unknown_options": True})  # a kid may begin with -
@click.argument("kid")
@as_json
def retire(kid, as_json):
    """Withdraw a key at once: what it signed is no longer verified."""
    with work(db):
        rotation.retire(kid)
    tell([{"kid": kid, "state": "gone"}], as_json)


@keeping.command("run")
@as_json
def keep_house(as_json):
    """Delete expired rows, room by room, and print the counts."""
    with work(db):
        counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    tell([{"table": name, "rows": count} for name, count in counts.items()], as_json)


@logout.command("deliver")
@as_json
def deliver(as_json):
    """Try the logout notices that are due, a batch of them, and print how many went which way."""
    with work(db):
        ways = logout_delivery.deliver_due()
    tell([{"result": way, "notices": count} for way, count in sorted(ways.items())], as_json)


def _key(row):
    return {
        "kid": row.kid,
        "alg": row.alg,
        "state": row.state,
        "created_at": _moment(row.created_at),
        "signs_from": None if row.state == "next" else _moment(row.activated_at),
        "signs_until": _moment(row.retired_at),
    }


def _moment(value):
    return value and value.isoformat(timespec="seconds")
