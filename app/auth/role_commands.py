"""``flask roles …``: what a bank's own roles hold, and who has which role."""

import click
from flask.cli import AppGroup

from app.auth.accounts import lookup
from app.auth.approval_commands import waits
from app.auth.database import db
from app.auth.flows.four_eyes import asking
from app.auth.institutions import roles as institution_roles
from app.auth.staff import grants, holding, own_roles
from app.auth.staff.permissions import CATALOGUE
from app.auth.staff.reach import EVERYWHERE
from app.foundation.command_line import tell, work

roles = AppGroup("roles", help="Define roles, give them and take them.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
somewhere = click.option(
    "--institution", "code", metavar="CODE", help="There alone; else everywhere."
)


@roles.command("list")
@as_json
def list_roles(as_json):
    """Print every role: what it holds, and how often it is held."""
    with work(db):
        found = own_roles.listed()
        held = holding.counts(EVERYWHERE)
    tell([_told(each, held.get(each.name, 0)) for each in found], as_json)


@roles.command("define")
@click.argument("name")
@click.option(
    "--permission", "permissions", multiple=True, type=click.Choice(sorted(CATALOGUE)), help="Each."
)
@click.option("--description", default="", help="What it is for.")
@as_json
def define(name, permissions, description, as_json):
    """Define the role NAME, or let it hold other permissions than before."""
    with work(db):
        act = None
        if _is_there(name):
            act = asking.change_role(name, permissions, description=description).act
        else:
            own_roles.define(name, permissions, description=description)
        told = waits(act) if act else _told(own_roles.get(name), holding.count(name))
    tell([told], as_json)


@roles.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def delete(name, yes, as_json):
    """Delete a role of the bank's own; asks once when people have it."""
    with work(db):
        own_roles.get(name)
        holders = holding.count(name)
    if holders and not yes:
        click.confirm(f"Take {name} from {holders} people, and delete it?", abort=True, err=True)
    with work(db):
        own_roles.remove(name, though_held=True)
    tell([{"name": name, "deleted": True}], as_json)


@roles.command("grant")
@click.argument("who")
@click.argument("role")
@somewhere
@as_json
def grant(who, role, code, as_json):
    """Give WHO (e-mail, user name or CPF) a role."""
    with work(db):
        institution_roles.ensure()
        act = asking.give_role(lookup.named(who), role, code=code).act
    given = {"role": role, "institution": code, "given": True}
    tell([waits(act) if act else given], as_json)


@roles.command("revoke")
@click.argument("who")
@click.argument("role")
@somewhere
@as_json
def revoke(who, role, code, as_json):
    """Take a role from WHO (e-mail, user name or CPF)."""
    with work(db):
        grants.take(lookup.named(who), role, code=code)
    tell([{"role": role, "institution": code, "given": False}], as_json)


def _is_there(name):
    return any(each.name == name for each in own_roles.listed())


def _told(role, held):
    return {
        "name": role.name,
        "description": role.description,
        "built_in": role.built_in,
        "held": held,
        "permissions": sorted(role.permissions),
    }
