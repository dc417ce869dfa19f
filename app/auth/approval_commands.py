"""``flask approvals …``: what waits for a second pair of eyes.

The command line is one pair of eyes: what was asked there is approved by a person, on the page.
"""

import json

import click
from flask.cli import AppGroup

from app.auth.database import db
from app.auth.flows.four_eyes import acts
from app.auth.staff import pending
from app.auth.staff.reach import EVERYWHERE
from app.foundation import clock
from app.foundation.command_line import tell, work

approvals = AppGroup("approvals", help="See, approve and refuse what waits for a second person.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def waits(act):
    """Return what is told of an act that waits (dict)."""
    return {
        "waits": act.id,
        "kind": act.kind,
        "about": act.subject,
        "until": clock.to_the_second(act.expires_at),
    }


@approvals.command("list")
@click.option(
    "--state", type=click.Choice(pending.STATES), default="waiting", help="By default: waiting."
)
@as_json
def list_acts(state, as_json):
    """Print the acts that wait, newest first."""
    with work(db):
        rows = [_told(act) for batch in pending.batches(EVERYWHERE, state=state) for act in batch]
    tell(rows, as_json)


@approvals.command("show")
@click.argument("act_id")
@as_json
def show(act_id, as_json):
    """Print one act with what it would change."""
    with work(db):
        act = pending.get(act_id)
        told = _told(act) | {"changes": _changes(act)}
    click.echo(json.dumps(told, indent=None if as_json else 2, ensure_ascii=False))


@approvals.command("approve")
@click.argument("act_id")
@as_json
def approve(act_id, as_json):
    """Do what somebody asked for on the page."""
    with work(db):
        acts.approve(act_id)
        told = _told(pending.get(act_id))
    tell([told], as_json)


@approvals.command("refuse")
@click.argument("act_id")
@as_json
def refuse(act_id, as_json):
    """Turn down what somebody asked for."""
    with work(db):
        acts.refuse(act_id)
        told = _told(pending.get(act_id))
    tell([told], as_json)


def _told(act):
    return {
        "id": act.id,
        "kind": act.kind,
        "about": act.subject,
        "institution": act.institution,
        "asked_by": act.asked_by,
        "asked_at": clock.to_the_second(act.asked_at),
        "expires_at": clock.to_the_second(act.expires_at),
        "state": pending.state_of(act),
        "decided_by": act.decided_by,
    }


def _changes(act):
    return {
        member: {"before": before, "after": after}
        for member, before, after in json.loads(act.difference)
    }
