"""The command line of this house: ``flask --app wsgi:bank …``."""

import json

import click
from flask.cli import AppGroup

from app.bank import deed_key_commands, notice_commands, worker
from app.bank.database import db
from app.bank.ledger import freezing, funding
from app.bank.payments import courier, receipts, showing
from app.bank.wallet import payees
from app.foundation import doctor
from app.foundation.command_line import work

wallets = AppGroup("wallets", help="Wallets of people.")
payments = AppGroup("payments", help="Payments to suppliers.")


def init_app(app):
    """Give ``app`` its commands."""
    app.cli.add_command(wallets)
    app.cli.add_command(payments)
    app.cli.add_command(deed_key_commands.deed_keys)
    app.cli.add_command(notice_commands.notices)
    app.cli.add_command(worker.run)
    app.cli.add_command(doctor.command(db))


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


@payments.command("carry")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def carry(as_json):
    """Ask the provider of the payments that are due, as the worker does, once."""
    told = courier.run_once()
    lines = [f"{way}: {count}" for way, count in told.items()]
    click.echo(json.dumps(told) if as_json else "\n".join(lines) or "none is due")


@payments.command("verify-receipt")
@click.argument("payment_id")
@click.argument("code")
def verify_receipt(payment_id, code):
    """Say whether CODE stands on our receipt of PAYMENT_ID; exit 1 if not."""
    with work(db):
        row = showing.named(payment_id)
    if not receipts.is_ours(row, code):
        raise click.ClickException("This is no receipt of ours.")
    click.echo(f"{row.amount_minor} {row.currency} (minor units), {row.state}")
