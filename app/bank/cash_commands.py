"""``flask terminals …`` and ``flask dispenses …``: what the operator of cash does."""

import click
from flask.cli import AppGroup

from app.bank.atm import dispensing, terminals
from app.bank.atm.models import AGENT, MACHINE
from app.bank.atm.orders import DISPENSED, FAILED
from app.bank.database import db
from app.foundation.command_line import tell, work

terminals_group = AppGroup("terminals", help="Cash machines and agents' tills.")
dispenses_group = AppGroup("dispenses", help="Cash that nobody has reported.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_MINOR = click.IntRange(min=1)


def init_app(app):
    """Give ``app`` its commands."""
    app.cli.add_command(terminals_group)
    app.cli.add_command(dispenses_group)


@terminals_group.command("add")
@click.argument("client_id")
@click.option("--kind", type=click.Choice([MACHINE, AGENT]), required=True)
@click.option("--name", required=True, help="What people call it.")
@click.option("--place", required=True, help="Where it stands.")
@click.option("--id", "terminal_id", help="What its client calls it; else one is drawn.")
@click.option("--per-withdrawal", type=_MINOR, help="An agent's limit at once, in minor units.")
@click.option("--per-day", type=_MINOR, help="An agent's limit in a day, in minor units.")
@as_json
def add(client_id, as_json, **described):
    """Let CLIENT_ID pay cash out at a terminal."""
    limits = described.pop("per_withdrawal"), described.pop("per_day")
    kind = described.pop("kind")
    with work(db):
        terminal_id = terminals.add(client_id, kind, limits=limits, **described)
    tell([{"terminal": terminal_id, "client_id": client_id, "kind": kind}], as_json)


@terminals_group.command("list")
@as_json
def list_terminals(as_json):
    """Print every terminal, by client."""
    rows = [
        {
            "terminal": row.id,
            "client_id": row.client_id,
            "kind": row.kind,
            "name": row.name,
            "place": row.place,
            "per_withdrawal": row.deed_limit_minor,
            "per_day": row.day_limit_minor,
            "state": "in service" if row.disabled_at is None else "disabled",
        }
        for row in terminals.everyone()
    ]
    tell(rows, as_json)


@terminals_group.command("disable")
@click.argument("terminal_id")
@as_json
def disable(terminal_id, as_json):
    """Take a terminal out of service, from this moment and for good."""
    with work(db):
        terminals.disable(terminal_id)
    tell([{"terminal": terminal_id, "state": "disabled"}], as_json)


@dispenses_group.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that are not overdue.")
@as_json
def list_dispenses(every, as_json):
    """Print the dispenses that no terminal has reported in time, the oldest first."""
    rows = [
        {
            "dispense": row.dispense_id,
            "withdrawal": row.id,
            "terminal": row.terminal_id,
            "amount": row.amount_minor,
            "currency": row.currency,
            "validated_at": row.validated_at.isoformat(),
        }
        for row in dispensing.unsettled(overdue=not every)
    ]
    tell(rows, as_json)


@dispenses_group.command("settle")
@click.argument("dispense_id")
@click.argument("outcome", type=click.Choice([DISPENSED, FAILED]))
@as_json
def settle(dispense_id, outcome, as_json):
    """Settle a dispense as the machine's journal shows it: `failed` gives the money back."""
    with work(db):
        row = dispensing.settle(dispense_id, outcome)
    tell([{"dispense": dispense_id, "withdrawal": row.id, "state": row.state}], as_json)
