"""``flask evidence …``: what people answered to deeds, and the proof of one, to take away."""

import json

import click
from flask.cli import AppGroup

from app.auth.database import db
from app.auth.deeds import evidence as deeds
from app.foundation import clock
from app.foundation.command_line import tell, work

evidence = AppGroup("evidence", help="See what people approved; export the proof of it.")


@evidence.command("list")
@click.option("--sub", help="Of this person alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_evidence(sub, as_json):
    """Print the answers to deeds, the oldest first."""
    with work(db):
        rows = [_told(row) for row in deeds.listed(sub)]
    tell(rows, as_json)


@evidence.command("export")
@click.argument("approval_id")
def export(approval_id):
    """Print the proof of one answer as JSON, for ``verify-evidence``."""
    with work(db):
        document = deeds.exported(approval_id)
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _told(row):
    deed = deeds.deed_of(row)
    claims = deed.claims if deed else {}
    return {
        "id": row.id,
        "decided_at": clock.to_the_second(row.decided_at),
        "decision": row.decision,
        "method": row.method,
        "type": claims.get("type"),
        "amount": claims.get("amount"),
        "currency": claims.get("currency"),
        "transaction_id": row.transaction_id,
        "sub": row.sub,
        "client_id": row.client_id,
        "digest": deeds.named_digest(row),
    }
