"""``flask after-restore``: what a restored backup must not make good again."""

import click
from flask.cli import with_appcontext

from app.auth.database import db
from app.auth.flows.operations import after_restore
from app.foundation.command_line import tell, work


@click.command("after-restore")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def command(as_json):
    """End every session, grant and code that the restored backup holds; people sign in again."""
    with work(db):
        counts = after_restore.end_all()
    tell([{"ended": name, "rows": count} for name, count in counts.items()], as_json)
