"""``flask people …``: find somebody, see them, and do to an account what the pages do.

What is shown is masked here too; each prints JSON with ``--json``.
"""

import click
from flask.cli import AppGroup

from app.auth import approval_commands
from app.auth.accounts import lookup, papers
from app.auth.audit import events
from app.auth.database import db
from app.auth.factors import registry
from app.auth.flows.four_eyes import asking
from app.auth.flows.people import locking, passwords, reset_factor, signing_out, whom
from app.auth.institutions import members, roles
from app.auth.people import directory
from app.auth.people.directory import Wanted
from app.auth.recoveries import waiting
from app.auth.sessions import devices
from app.foundation import clock, masks
from app.foundation.command_line import tell, work
from app.foundation.problems import NotFound

keeping = AppGroup("keeping", help="What joins ``flask people``.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
whose = click.argument("sub")


@keeping.command("find")
@click.argument("text")
@as_json
def find(text, as_json):
    """Print who has this name (its beginning), e-mail, user name, CPF, phone or sub."""
    with work(db):
        rows = [_summary(user) for user in directory.look(Wanted(text=text, order="name")).rows]
    tell(rows, as_json)


@keeping.command("show")
@whose
@as_json
def show(sub, as_json):
    """Print one person, masked: state, roles, institutions, factors, open sessions."""
    with work(db):
        user = lookup.by_sub(sub)
        if user is None:
            raise NotFound
        recovery = waiting.live(user.id)
        was_reset = recovery and recovery.asked_by
        told = _summary(user) | {
            "roles": " ".join(roles.names(user.id)),
            "institutions": " ".join(members.codes(user.id)),
            "factors": " ".join(each.name for each in registry.enrolled(user.id)),
            "sessions": len(devices.in_use(user.id)),
            "must_change_password": user.must_change_password,
            "factor_reset_at": clock.to_the_second(recovery.opens_at) if was_reset else None,
        }
    tell([told], as_json)


@keeping.command("lock")
@whose
@as_json
def lock(sub, as_json):
    """Lock an account and end every session and token of it; the person is told."""
    with work(db):
        done = locking.lock(sub, by=events.OPERATOR)
    tell([{"sub": sub, "state": "locked", "changed": done}], as_json)


@keeping.command("unlock")
@whose
@as_json
def unlock(sub, as_json):
    """Let a locked person in again."""
    with work(db):
        done = locking.unlock(sub, by=events.OPERATOR)
    tell([{"sub": sub, "state": "active", "changed": done}], as_json)


@keeping.command("sign-out")
@whose
@as_json
def sign_out(sub, as_json):
    """End every session of a person and all that was granted under them."""
    with work(db):
        signing_out.everywhere(sub, by=events.OPERATOR)
    tell([{"sub": sub, "signed_out": True}], as_json)


@keeping.command("require-password")
@whose
@as_json
def require_password(sub, as_json):
    """Want another password of a person at their next sign-in; their sessions end."""
    with work(db):
        passwords.require(sub, by=events.OPERATOR)
    tell([{"sub": sub, "must_change_password": True}], as_json)


@keeping.command("send-recovery")
@whose
@as_json
def send_recovery(sub, as_json):
    """Mail a person what replaces a forgotten password."""
    with work(db):
        passwords.mail_recovery(sub, "127.0.0.1", by=events.OPERATOR)
    tell([{"sub": sub, "sent": True}], as_json)


@keeping.command("reset-factor")
@whose
@click.option(
    "--factor", type=click.Choice([*registry.FACTORS]), help="That one alone; every one without it."
)
@click.option("--stop", is_flag=True, help="Stop what was asked for and has not happened.")
@as_json
def reset(sub, factor, stop, as_json):
    """Take a person's factors away after the delay; they are told, and can stop it."""
    with work(db):
        if stop:
            told = {"sub": sub, "stopped": reset_factor.stop(sub, by=events.OPERATOR)}
        else:
            outcome = asking.reset_factor(whom.held(sub, events.OPERATOR), factor)
            told = _of_reset(sub, factor, outcome)
    tell([told], as_json)


def _of_reset(sub, factor, outcome):
    if outcome.act:
        return approval_commands.waits(outcome.act)
    opens_at = clock.to_the_second(outcome.answer.opens_at)
    return {"sub": sub, "factor": factor or "every", "at": opens_at}


def _summary(user):
    number, digits = papers.read(user, "phone"), papers.read(user, "cpf")
    return {
        "sub": user.sub,
        "name": user.full_name,
        "email": masks.email(user.email),
        "phone": number and masks.phone(number),
        "cpf": digits and masks.cpf(digits),
        "state": user.status,
        "created_at": clock.to_the_second(user.created_at),
    }
