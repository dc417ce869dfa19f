"""``flask clients …``: register and manage applications from the command line (interfaces)."""

import json

import click
from flask.cli import AppGroup

from app.auth.clients import directory, registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import disable_client, register_client
from app.foundation.command_line import tell, work

clients = AppGroup("clients", help="Register and manage the applications that may ask.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@clients.command("register")
@click.option("--file", "source", type=click.File(), default="-", help="RFC 7591 metadata, JSON.")
@click.option("--client-id", help="Use this id instead of drawing one.")
@click.option("--client-secret", help="Use this secret (32 characters or more).")
@as_json
def register(source, client_id, client_secret, as_json):
    """Register an application from RFC 7591 metadata; print the RFC 7591 answer."""
    try:
        given = json.load(source)
    except (ValueError, RecursionError):
        raise click.ClickException("The metadata is not JSON.") from None
    with work(db):
        answer = register_client.register(
            given,
            scopes=scopes.CATALOGUE,
            client_id=client_id,
            client_secret=client_secret,
        )
    click.echo(json.dumps(answer, indent=None if as_json else 2, ensure_ascii=False))


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
    described = {"client_id": client.id} | json.loads(client.described)
    described["disabled"] = client.disabled_at is not None
    click.echo(json.dumps(described, indent=None if as_json else 2, ensure_ascii=False))


@clients.command("disable")
@click.argument("client_id")
@as_json
def disable(client_id, as_json):
    """Switch a client off and end every token it holds."""
    with work(db):
        disable_client.now(client_id)
    tell([{"client_id": client_id, "disabled": True}], as_json)


def _summary(client):
    described = json.loads(client.described)
    return {
        "client_id": client.id,
        "client_name": described.get("client_name"),
        "token_endpoint_auth_method": described["token_endpoint_auth_method"],
        "disabled": client.disabled_at is not None,
        "created_at": client.created_at.isoformat(timespec="seconds"),
    }
