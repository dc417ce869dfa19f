"""``flask deed-keys …``, of the bank: see the keys of deeds, turn them, end a stolen one."""

import click
from flask.cli import AppGroup

from app.bank.database import db
from app.bank.deeds import keys, turning
from app.foundation.command_line import tell, work

deed_keys = AppGroup("deed-keys", help="Keys that pending deeds are signed with.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@deed_keys.command("list")
@as_json
def list_keys(as_json):
    """List the keys, the first to sign first, and when each leaves its state."""
    with work(db):
        rows = turning.listed()
    if rows or as_json:
        tell(rows if as_json else [_line(row) for row in rows], as_json)
    else:
        click.echo("none yet")


@deed_keys.command("rotate")
@as_json
def rotate(as_json):
    """Add a key; it signs once every key set in use holds it."""
    with work(db):
        kid = keys.rotate()
    tell({"kid": kid} if as_json else [{"kid": f"{kid} is published, and signs soon"}], as_json)


@deed_keys.command("compromise")
@click.argument("kid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def compromise(kid, yes, as_json):
    """End a stolen key: deeds it signed are refused within seconds, and a fresh key signs."""
    if not yes:
        click.confirm(f"End {kid}, and every deed that waits under it?", abort=True, err=True)
    with work(db):
        fresh = turning.compromise(kid)
    told = {"kid": kid, "state": "gone", "fresh": fresh}
    tell(told if as_json else [told], as_json)


def _line(row):
    said = {"kid": row["kid"], "state": row["state"], "from": f"signs from {row['signs_from']}"}
    return said | {
        "turns": row["turns_at"] and f"turns {row['turns_at']}",
        "gone": row["gone_at"] and f"gone {row['gone_at']}",
        "stolen": "compromised" if row["compromised"] else None,
    }
