"""``flask institutions …``: open institutions, dress their pages, say what they ask for."""

import click
from flask.cli import AppGroup

from app.auth.accounts import lookup
from app.auth.approval_commands import waits
from app.auth.audit import events
from app.auth.database import db
from app.auth.factors import policy
from app.auth.flows.four_eyes import asking
from app.auth.institutions import branding, colours, directory, invitations, members
from app.auth.institutions.branding import Brand
from app.foundation import clock, masks, pictures
from app.foundation.command_line import tell, work

institutions = AppGroup("institutions", help="Open institutions and dress their pages.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

COLOURS = {
    "action": "Main buttons and links, in the light theme.",
    "action_text": "Text on the main buttons.",
    "action_dark": "Main buttons and links, in the dark theme.",
    "panel_from": "The panel beside the form: where it begins.",
    "panel_to": "The panel beside the form: where it ends.",
}


def an_option_each(command):
    """Give ``command`` an option for each colour."""
    for name, told in reversed(COLOURS.items()):
        option = click.option(f"--{name.replace('_', '-')}", name, metavar="#HEX", help=told)
        command = option(command)
    return command


@institutions.command("create")
@click.argument("code")
@click.option("--name", required=True, help="What people read.")
@as_json
def create(code, name, as_json):
    """Open an institution, known to machines by CODE."""
    with work(db):
        told = _told(directory.create(code, name))
    tell([told], as_json)


@institutions.command("list")
@as_json
def list_institutions(as_json):
    """Print every institution."""
    with work(db):
        rows = [{"code": each.code, "name": each.name} for each in directory.everyone()]
    tell(rows, as_json)


@institutions.command("show")
@click.argument("code")
@as_json
def show(code, as_json):
    """Print one institution with what it was given and what it asks for."""
    with work(db):
        told = _told(directory.get(code))
    tell([told], as_json)


@institutions.command("brand")
@click.argument("code")
@click.option("--name", help="What people read.")
@an_option_each
@click.option("--logo", type=click.File("rb"), help="PNG, JPEG or WebP, 256 KB at most.")
@click.option("--none", "undress", is_flag=True, help="Back to the house's colours and sign.")
@as_json
def brand(code, name, logo, undress, as_json, **given):
    """Dress the pages of CODE; what is left out stays as it is.

    All five colours are needed the first time. Nothing is kept when any two that meet on a page
    are too alike, in either theme; each such pair is named, with the contrast it has.
    """
    told = {colour: text for colour, text in given.items() if text is not None}
    picture = logo and logo.read(pictures.MOST_BYTES + 1)
    with work(db):
        if undress:
            branding.undress(code)
        if name is not None or told or logo:
            branding.change(code, Brand(name, told, picture))
        told = _told(directory.get(code))
    tell([told], as_json)


@institutions.command("policy")
@click.argument("code")
@click.argument("second_factor", type=click.Choice(policy.STRICTNESS))
@as_json
def ask(code, second_factor, as_json):
    """Say when CODE wants a second factor: of its members, and of whoever signs in to its apps.

    It can ask for more than the setting SECOND_FACTOR, never for less.
    """
    with work(db):
        policy.ask(code, second_factor)
    tell([{"code": code, "second_factor": second_factor}], as_json)


@institutions.command("four-eyes")
@click.argument("code")
@click.argument("wish", type=click.Choice(("on", "off")))
@as_json
def four_eyes(code, wish, as_json):
    """Say whether CODE wants a second person to approve what is its own.

    Roles in it, apps of it that may move money, other factors for its people. Once it is on,
    turning it off needs a second person too.
    """
    with work(db):
        act = asking.switch(code, on=wish == "on").act
    tell([waits(act) if act else {"code": code, "four_eyes": wish}], as_json)


@institutions.command("admit")
@click.argument("code")
@click.argument("who")
@as_json
def admit(code, who, as_json):
    """Make a person (e-mail, user name or CPF) a member of CODE."""
    with work(db):
        members.admit(lookup.named(who), code, by=events.OPERATOR)
    tell([{"code": code, "member": True}], as_json)


@institutions.command("release")
@click.argument("code")
@click.argument("who")
@as_json
def release(code, who, as_json):
    """Make a person a member of CODE no more."""
    with work(db):
        act = asking.release(lookup.named(who), code).act
    tell([waits(act) if act else {"code": code, "member": False}], as_json)


@institutions.command("invite")
@click.argument("code")
@click.argument("address")
@as_json
def invite(code, address, as_json):
    """Mail an invitation to become a member of CODE; the one before to that address ends."""
    with work(db):
        told = _invited(invitations.invite(code, address))
    tell([told], as_json)


@institutions.command("invitations")
@click.argument("code")
@click.option("--state", type=click.Choice(invitations.STATES), help="Only these.")
@as_json
def list_invitations(code, state, as_json):
    """Print the invitations of CODE, the newest first."""
    with work(db):
        found = invitations.batches(directory.get(code).id, state=state)
        rows = [_invited(each) for batch in found for each in batch]
    tell(rows, as_json)


@institutions.command("withdraw")
@click.argument("invitation_id")
@as_json
def withdraw(invitation_id, as_json):
    """Take an invitation back: its link works no longer."""
    with work(db):
        invitations.withdraw(invitation_id)
    tell([{"id": invitation_id, "state": "withdrawn"}], as_json)


def _invited(row):
    return {
        "id": row.id,
        "email": masks.email(row.email_folded),
        "state": invitations.state_of(row, clock.now()),
        "invited_by": row.invited_by,
        "created_at": clock.to_the_second(row.created_at),
        "expires_at": clock.to_the_second(row.expires_at),
    }


def _told(institution):
    given = branding.given(institution)
    return {
        "code": institution.code,
        "name": institution.name,
        "second_factor": institution.second_factor,
        "four_eyes": "on" if institution.four_eyes else None,
        **{name: given.get(name) for name in colours.GIVEN},
        "logo": branding.logo_of(institution.id),
    }
