"""``flask keys …``: see the signing keys, turn them over, end one that was stolen."""

import click
from flask.cli import AppGroup

from app.auth import approval_commands
from app.auth.database import db
from app.auth.flows.four_eyes import asking
from app.auth.keys import compromise, rotation, timetable
from app.foundation import clock
from app.foundation.command_line import tell, work
from app.foundation.problems import Problem

keys = AppGroup("keys", help="See and turn over the signing keys.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
KID = {"ignore_unknown_options": True}  # a kid may begin with -


@keys.command("list")
@as_json
def list_keys(as_json):
    """Print the signing keys by algorithm, newest first, and when each leaves its state."""
    with work(db):
        rows = timetable.listed()
        turns = timetable.turns(rows)
        told = [_key(row) | _way(row, turns.get(row.kid)) for row in rows]
    tell(told, as_json)


@keys.command("rotate")
@click.option("--alg", help="Only this algorithm.")
@as_json
def rotate(alg, as_json):
    """Make the next keys active, tell from when each signs, and publish fresh next ones."""
    with work(db):
        rows = [_key(row) for row in rotation.rotate(alg)]
        if not rows:
            raise Problem(
                "Nothing turned over: no key of that algorithm is active, or it turned meanwhile."
            )
    tell(rows, as_json)


@keys.command("retire", context_settings=KID)
@click.argument("kid")
@as_json
def retire(kid, as_json):
    """Withdraw a key at once: what it signed is no longer verified."""
    with work(db):
        act = asking.retire_key(kid).act
    tell([{"kid": kid, "state": "gone"} if act is None else approval_commands.waits(act)], as_json)


@keys.command("compromise", context_settings=KID)
@click.argument("kid", required=False)
@click.option("--all", "every", is_flag=True, help="Every published key, of every algorithm.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def end(kid, every, yes, as_json):
    """End a stolen key: what it signed is refused within seconds, and a fresh key signs."""
    if bool(kid) is every:
        raise click.UsageError("Name a key, or say --all.")
    if not yes:
        what = "every key" if every else kid
        click.confirm(f"End {what}, and all that was signed by it?", abort=True, err=True)
    with work(db):
        fresh = compromise.end_all() if every else [compromise.end(kid)]
        told = [_key(row) for row in fresh if row]
    tell(told if every else [{"kid": kid, "state": "gone"}, *told], as_json)


def _key(row):
    return {
        "kid": row.kid,
        "alg": row.alg,
        "state": row.state,
        "created_at": clock.to_the_second(row.created_at),
        "signs_from": None if row.state == "next" else clock.to_the_second(row.activated_at),
        "signs_until": clock.to_the_second(row.retired_at),
    }


def _way(row, turns_at):
    return {
        "turns_at": clock.to_the_second(turns_at),
        "gone_at": clock.to_the_second(row.gone_at),
        "compromised": True if row.compromised_at else None,
    }
