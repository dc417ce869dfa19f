"""``flask clients …``: register and manage applications from the command line (interfaces)."""

import json

import click
from flask.cli import AppGroup

from app.auth.approval_commands import waits
from app.auth.clients import directory, registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import disable_client, remove_client
from app.auth.flows.four_eyes import asking
from app.auth.tokens import holdings
from app.foundation import clock
from app.foundation.command_line import tell, work

clients = AppGroup("clients", help="Register and manage the applications that may ask.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
described_in = click.option(
    "--file", "source", type=click.File(), default="-", help="RFC 7591 metadata, JSON."
)

# What `show` tells beside the metadata; `change` passes over it, so that one reads what the other
# wrote.
BESIDE = ("client_id", "client_id_issued_at", "registered_by", "verified", "disabled")


@clients.command("register")
@described_in
@click.option("--client-id", help="Use this id instead of drawing one.")
@click.option("--client-secret", help="Use this secret (32 characters or more).")
@as_json
def register(source, client_id, client_secret, as_json):
    """Register an application from RFC 7591 metadata; print the RFC 7591 answer."""
    given = _read(source)
    with work(db):
        done = asking.register_client_for(
            given,
            scopes=scopes.EVERY,
            client_id=client_id,
            client_secret=client_secret,
        )
    _tell(waits(done.act) if done.act else done.answer, as_json)


@clients.command("list")
@as_json
def list_clients(as_json):
    """Print every client, newest first."""
    with work(db):
        rows = [_summary(client) for client in directory.everyone()]
    tell(rows, as_json)


@clients.command("show")
@click.argument("client_id")
@as_json
def show_client(client_id, as_json):
    """Print one client with all its metadata; never a secret."""
    with work(db):
        client = registration.get(client_id)
    told = registration.answer(client) | {
        "registered_by": client.registered_by,
        "verified": client.verified_at is not None,
        "disabled": client.disabled_at is not None,
    }
    _tell(told, as_json)


@clients.command("change")
@click.argument("client_id")
@described_in
@as_json
def change(client_id, source, as_json):
    """Replace a client's whole description; print what is registered now.

    A member left out takes its default: begin with what `clients show` prints.
    """
    given = _read(source)
    if isinstance(given, dict):
        if given.get("client_id", client_id) != client_id:
            raise click.ClickException("The file describes another client.")
        given = {name: value for name, value in given.items() if name not in BESIDE}
    with work(db):
        done = asking.change_client(client_id, given, scopes=scopes.EVERY)
    _tell(waits(done.act) if done.act else done.answer, as_json)


@clients.command("verify")
@click.argument("client_id")
@as_json
def verify(client_id, as_json):
    """Vouch for a client that registered itself: pages no longer warn of it."""
    with work(db):
        registration.verify(client_id)
    tell([{"client_id": client_id, "verified": True}], as_json)


@clients.command("disable")
@click.argument("client_id")
@as_json
def disable(client_id, as_json):
    """Switch a client off and end every token it holds."""
    with work(db):
        disable_client.now(client_id)
    tell([{"client_id": client_id, "disabled": True}], as_json)


@clients.command("enable")
@click.argument("client_id")
@as_json
def enable(client_id, as_json):
    """Switch a client on again; what ended when it was disabled stays ended."""
    with work(db):
        registration.enable(client_id)
    tell([{"client_id": client_id, "disabled": False}], as_json)


@clients.command("rotate-secret")
@click.argument("client_id")
@click.option(
    "--overlap",
    type=click.IntRange(0, 30 * 86_400),
    default=0,
    metavar="SECONDS",
    help="How long the secrets before stay good; 0 by default, 30 days at most.",
)
@as_json
def rotate_secret(client_id, overlap, as_json):
    """Give a client a new secret; print it, this once.

    Where two people are wanted for an app that moves money, it is good once a second approves.
    """
    with work(db):
        done = asking.replace_secret(client_id, overlap_seconds=overlap)
    told = {"client_id": client_id, "client_secret": done.answer, "client_secret_expires_at": 0}
    _tell(told | (waits(done.act) if done.act else {}), as_json)


@clients.command("delete")
@click.argument("client_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def delete(client_id, yes, as_json):
    """Remove a client for good, and end every token it holds; asks once."""
    with work(db):
        registration.get(client_id)
        held = holdings.of_client(client_id)
    if not yes:
        ends = f"{held.people} people's permissions and {held.families} live refresh tokens"
        click.confirm(f"Delete {client_id}, and with it {ends}?", abort=True, err=True)
    with work(db):
        remove_client.now(client_id)
    tell([{"client_id": client_id, "deleted": True} | held._asdict()], as_json)


def _read(source):
    try:
        return json.load(source)
    except (ValueError, RecursionError):
        raise click.ClickException("The metadata is not JSON.") from None


def _tell(answer, as_json):
    click.echo(json.dumps(answer, indent=None if as_json else 2, ensure_ascii=False))


def _summary(client):
    described = json.loads(client.described)
    return {
        "client_id": client.id,
        "client_name": described.get("client_name"),
        "token_endpoint_auth_method": described["token_endpoint_auth_method"],
        "disabled": client.disabled_at is not None,
        "created_at": clock.to_the_second(client.created_at),
    }
