"""``flask reconcile`` and ``flask roles …``: for whoever keeps the bank's database."""

import json

import click
from flask.cli import AppGroup, with_appcontext

from app.bank import roles
from app.bank.database import db
from app.bank.reconciling import checking, outside
from app.foundation.command_line import work

ASK = "Ask the provider, too, of the payments settled in so many days."
EVIDENCE = (
    "Compare approvals, too, with what the authorization server's `evidence list --json` says."
)
roles_group = AppGroup("roles", help="What each service may do in a PostgreSQL database.")


def init_app(app):
    """Give ``app`` its commands."""
    app.cli.add_command(reconcile)
    app.cli.add_command(roles_group)


@click.command("reconcile")
@click.option("--ask-provider", type=click.IntRange(1, 3660), metavar="DAYS", help=ASK)
@click.option("--evidence", type=click.File(encoding="utf-8"), help=EVIDENCE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def reconcile(ask_provider, evidence, as_json):
    """Compare the ledger with all that refers to it; exit 1 with the first difference."""
    more = outside.checks(ask_provider, evidence and _listed(evidence))
    with work(db):
        found = checking.run(lambda name, rows: click.echo(f"{name}: {rows}", err=True), more)
    difference = found.difference and found.difference._asdict()
    told = {"looked_at": found.looked_at, "difference": difference}
    if as_json:
        click.echo(json.dumps(told, default=str))
    elif difference:
        click.echo("{table} {id}: {what}: expected {expected}, found {found}".format(**difference))
    else:
        click.echo("No difference.")
    raise SystemExit(1 if difference else 0)


def _listed(file):
    """What the authorization server said. Raises BadParameter: when it is something else."""
    try:
        listed = json.load(file)
        whole = isinstance(listed, list) and all(row.keys() >= outside.PROOF for row in listed)
    except (ValueError, AttributeError):
        whole = False
    if not whole:
        told = "It is not what `evidence list --json` prints."
        raise click.BadParameter(told, param_hint="--evidence")
    return listed


@roles_group.command("print")
@click.option("--prefix", default="portaria", show_default=True, help="What names begin with.")
def print_roles(prefix):
    """Print the SQL that makes the roles and says what each may do; safe to repeat."""
    with work(db):
        click.echo(roles.statements(prefix), nl=False)
