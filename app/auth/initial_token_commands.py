"""``flask clients token …``: initial access tokens, by which applications register themselves."""

import click
from flask.cli import AppGroup

from app.auth.clients import invitations
from app.auth.database import db
from app.foundation import clock
from app.foundation.command_line import tell, work

tokens = AppGroup("token", help="Initial access tokens (RFC 7591 §3).")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@tokens.command("create")
@click.option(
    "--uses", type=click.IntRange(1, 10_000), default=1, help="How many applications; 1 by default."
)
@click.option(
    "--days", type=click.IntRange(1, 365), default=30, help="How long it is good; 30 by default."
)
@click.option("--note", default="", help="For whom it is; shown in the list alone.")
@as_json
def create(uses, days, note, as_json):
    """Make a token; print it, this once."""
    with work(db):
        made, value = invitations.issue(uses=uses, days=days, note=note)
    tell([_summary(made) | {"initial_access_token": value}], as_json)


@tokens.command("list")
@as_json
def list_tokens(as_json):
    """Print every token, newest first; never its value."""
    with work(db):
        rows = [_summary(made) for made in invitations.everyone()]
    tell(rows, as_json)


@tokens.command("revoke")
@click.argument("token_id")
@as_json
def revoke(token_id, as_json):
    """Take a token back; the applications it registered stay."""
    with work(db):
        invitations.revoke(token_id)
    tell([{"id": token_id, "revoked": True}], as_json)


def _summary(made):
    return {
        "id": made.id,
        "uses_left": made.uses_left,
        "expires_at": clock.to_the_second(made.expires_at),
        "note": made.note or None,
    }
