"""The command line: ``flask --app wsgi:auth …``. Each prints JSON with ``--json``.

A command keeps its work when it succeeds and nothing of it when it does not; then it says in one
line what is wrong and exits 1.
"""

import json

import click
from flask import current_app
from flask.cli import AppGroup

from app.auth import housekeeping, people_commands, worker
from app.auth.clients import registration
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.keys import rotation
from app.foundation.command_line import work
from app.foundation.problems import Problem

clients = AppGroup("clients", help="Register and manage the applications that may ask.")
keys = AppGroup("keys", help="See and turn over the signing keys.")
keeping = AppGroup("housekeeping", help="Delete what expired.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def register(app):
    """Give ``app`` its commands."""
    for group in (clients, keys, keeping, people_commands.people):
        app.cli.add_command(group)
    app.cli.add_command(worker.run)


def tell(rows, as_json):
    """Print ``rows`` (a list of dicts): JSON, or a line each."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values() if value is not None))


@clients.command("register")
@click.option("--file", "source", type=click.File(), default="-", help="RFC 7591 metadata, JSON.")
@click.option("--client-id", help="Use this id instead of drawing one.")
@click.option("--client-secret", help="Use this secret (32 characters or more).")
@as_json
def register_client(source, client_id, client_secret, as_json):
    """Register an application from RFC 7591 metadata; print the RFC 7591 answer."""
    try:
        given = json.load(source)
    except (ValueError, RecursionError):
        raise click.ClickException("The metadata is not JSON.") from None
    with work(db):
        answer = registration.register(
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
        rows = [_summary(client) for client in registration.listed()]
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


@keys.command("list")
@as_json
def list_keys(as_json):
    """Print the signing keys, newest first."""
    with work(db):
        rows = [_key(row) for row in rotation.listed()]
    tell(rows, as_json)


@keys.command("rotate")
@click.option("--alg", help="Only this algorithm.")
@as_json
def rotate(alg, as_json):
    """Make the next keys active and publish fresh next ones."""
    with work(db):
        activated = rotation.rotate(alg)
        if not activated:
            raise Problem("Nothing turned over: no such key, or somebody just turned it.")
    tell([{"kid": kid, "state": "active"} for kid in activated], as_json)


@keys.command("retire")
@click.argument("kid")
@as_json
def retire(kid, as_json):
    """Withdraw a key at once: what it signed is no longer verified."""
    with work(db):
        rotation.retire(kid)
    tell([{"kid": kid, "state": "gone"}], as_json)


@keeping.command("run")
@as_json
def keep_house(as_json):
    """Delete expired rows, room by room, and print the counts."""
    with work(db):
        counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    tell([{"table": name, "rows": count} for name, count in counts.items()], as_json)


def _summary(client):
    described = json.loads(client.described)
    return {
        "client_id": client.id,
        "client_name": described.get("client_name"),
        "token_endpoint_auth_method": described["token_endpoint_auth_method"],
        "disabled": client.disabled_at is not None,
        "created_at": client.created_at.isoformat(timespec="seconds"),
    }


def _key(row):
    return {
        "kid": row.kid,
        "alg": row.alg,
        "state": row.state,
        "created_at": row.created_at.isoformat(timespec="seconds"),
        "activated_at": row.activated_at and row.activated_at.isoformat(timespec="seconds"),
    }
