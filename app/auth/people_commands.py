"""``flask people …``: open accounts from the command line (interfaces).

The work is kept when it succeeds; else what is wrong is told in one line, with exit 1.
"""

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.auth.accounts import passwords, registration
from app.auth.accounts.registration import NewPerson
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows import administrator
from app.auth.flows.four_eyes import asking
from app.auth.flows.people import legal_hold
from app.auth.institutions import roles
from app.auth.retention import holds
from app.foundation import clock
from app.foundation.command_line import tell, work

people = AppGroup("people", help="Open people's accounts.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

POLICY = {
    "password.short": "The password is shorter than {n} characters.",
    "password.long": "The password is longer than {n} characters.",
    "password.leaked": "The password is one of the most common ones.",
    "password.same_data": "The password is made of the person's own data.",
}


@people.command("create")
@click.option("--email", required=True)
@click.option("--password", required=True)
@click.option("--name", help="Full name.")
@click.option("--username", help="3 to 64 letters, digits, dots, - or _.")
@click.option("--cpf", help="With or without its dots.")
@click.option("--phone", help="E.164, or a Brazilian number with area code.")
@click.option("--role", "named", multiple=True, help="Beside user: support, admin.")
@click.option("--verified", is_flag=True, help="E-mail, phone and identity are proved.")
@click.option("--claims", "source", help="File of standard OpenID claims, JSON; - reads them in.")
@as_json
def create(named, source, as_json, **told):
    """Open an account; print its sub and its id."""
    with work(db), _telling_policy():
        person = NewPerson(claims=_read(source), **told)
        user = registration.create(person, actor=events.OPERATOR)
        roles.ensure()
        roles.give(user, ["user"], actor=events.OPERATOR)
        asked = [asking.give_role(user, each).act for each in sorted({*named} - {"user"})]
    waiting = {"waiting": [act.id for act in asked if act]} if any(asked) else {}
    _tell({"sub": user.sub, "id": user.id, **waiting}, as_json)


@people.command("administrator")
@as_json
def ensure_administrator(as_json):
    """Make the first administrator of the ADMIN_ settings, unless there is one."""
    with work(db), _telling_policy():
        user = administrator.ensure(current_app.config)
    _tell({"sub": user and user.sub, "made": user is not None}, as_json)


@people.command("hold")
@click.argument("sub")
@click.option("--reason", required=True, help="Why; kept sealed, and not in the record.")
@as_json
def hold(sub, reason, as_json):
    """Let nothing of SUB be erased: a legal hold."""
    with work(db):
        hold_id = legal_hold.place(sub, reason)
    _tell({"sub": sub, "hold": hold_id}, as_json)


@people.command("release")
@click.argument("sub")
@as_json
def release(sub, as_json):
    """End the legal hold on SUB; what was due meanwhile is erased soon."""
    with work(db):
        hold_id = holds.release(sub)
    _tell({"sub": sub, "released": hold_id}, as_json)


@people.command("holds")
@as_json
def list_holds(as_json):
    """Print the legal holds that stand, and why."""
    with work(db):
        rows = [
            {"sub": row.sub, "hold": row.id, "since": clock.to_the_second(row.placed_at)}
            | {"reason": reason}
            for row, reason in holds.listed()
        ]
    tell(rows, as_json)


@contextmanager
def _telling_policy():
    """Say what the policy refuses in a password, in one line."""
    try:
        yield
    except passwords.Refused as refusal:
        raise click.ClickException(POLICY[refusal.key].format(**refusal.values)) from refusal


def _read(source):
    if source is None:
        return {}
    try:
        return json.loads(sys.stdin.read() if source == "-" else Path(source).read_bytes())
    except OSError:
        raise click.ClickException("The file of claims cannot be read.") from None
    except ValueError:
        raise click.ClickException("The claims are not JSON.") from None


def _tell(row, as_json):
    if as_json:
        click.echo(json.dumps(row))
        return
    click.echo("  ".join(str(value) for value in row.values() if value is not None))
