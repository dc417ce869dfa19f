"""The command line of this house: ``flask --app wsgi:bank …``."""

import json

import click
from flask.cli import AppGroup

from app.bank import notice_commands, worker
from app.bank.database import db
from app.bank.deeds import keys
from app.bank.ledger import freezing, funding
from app.bank.wallet import payees
from app.foundation.command_line import work

wallets = AppGroup("wallets", help="Wallets of people.")
deed_keys = AppGroup("deed-keys", help="Keys that pending deeds are signed with.")


def init_app(app):
    """Give ``app`` its commands."""
    app.cli.add_command(wallets)
    app.cli.add_command(deed_keys)
    app.cli.add_command(notice_commands.notices)
    app.cli.add_command(worker.run)


@wallets.command("fund")
@click.argument("sub")
@click.argument("amount_minor", type=int)
@click.option("--user-id", type=click.IntRange(min=1), help="The person's number, if known.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def fund(sub, amount_minor, user_id, as_json):
    """Put AMOUNT_MINOR into the wallet of SUB, through the ledger."""
    with work(db):
        funded = funding.fund(sub, amount_minor, user_id)
    if as_json:
        told = {"sub": sub, "wallet": funded.wallet_id, "entry": funded.entry_id}
        told |= {"currency": funded.currency, "balance": funded.balance_minor}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{sub}: {funded.balance_minor} {funded.currency} (minor units)")


@wallets.command("trust")
@click.argument("sub")
@click.argument("payee_sub")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trust(sub, payee_sub, as_json):
    """Mark PAYEE_SUB as somebody that SUB is known to pay."""
    with work(db):
        payees.trust(sub, payee_sub)
    told = {"sub": sub, "payee": payee_sub, "known": True}
    click.echo(json.dumps(told) if as_json else f"{sub} is known to pay {payee_sub}")


@wallets.command("freeze")
@click.argument("sub")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def freeze(sub, as_json):
    """Let nothing leave the wallet of SUB; money may still come in."""
    with work(db):
        freezing.freeze(sub)
    click.echo(json.dumps({"sub": sub, "frozen": True}) if as_json else f"{sub}: frozen")


@wallets.command("thaw")
@click.argument("sub")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def thaw(sub, as_json):
    """Let the wallet of SUB be spent from again."""
    with work(db):
        freezing.thaw(sub)
    click.echo(json.dumps({"sub": sub, "frozen": False}) if as_json else f"{sub}: not frozen")


@deed_keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json):
    """List the keys, the first to sign first."""
    rows = [
        {"kid": row.kid, "signs_from": row.signs_from.isoformat()} for row in keys.current().rows()
    ]
    lines = [f"{row['kid']}  signs from {row['signs_from']}" for row in rows]
    click.echo(json.dumps(rows) if as_json else "\n".join(lines) or "none yet")


@deed_keys.command("rotate")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rotate_keys(as_json):
    """Add a key; it signs once every key set in use holds it."""
    with work(db):
        kid = keys.rotate()
    click.echo(json.dumps({"kid": kid}) if as_json else f"{kid} is published, and signs soon")
