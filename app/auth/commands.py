"""The command line: ``flask --app wsgi:auth …``. Each prints JSON with ``--json``.

A command keeps its work when it succeeds and nothing of it when it does not; then it says in one
line what is wrong and exits 1.
"""

import click
from flask import current_app
from flask.cli import AppGroup

from app.auth import (
    approval_commands,
    audit_commands,
    client_commands,
    evidence_commands,
    housekeeping,
    initial_token_commands,
    institution_commands,
    key_commands,
    message_commands,
    people_commands,
    people_keeping_commands,
    restore_commands,
    role_commands,
    sealing_commands,
    worker,
)
from app.auth.checkup import checks
from app.auth.database import db
from app.auth.import_commands import command as import_command
from app.auth.tokens import logout_delivery
from app.foundation import doctor
from app.foundation.command_line import tell, work

keeping = AppGroup("housekeeping", help="Delete what expired.")
logout = AppGroup("logout", help="Tell apps that sessions are over.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def register(app):
    """Give ``app`` its commands."""
    for group in (client_commands.clients, keeping, logout, people_commands.people):
        app.cli.add_command(group)
    app.cli.add_command(audit_commands.audit)
    app.cli.add_command(evidence_commands.evidence)
    app.cli.add_command(institution_commands.institutions)
    app.cli.add_command(key_commands.keys)
    app.cli.add_command(sealing_commands.sealing)
    app.cli.add_command(message_commands.messages)
    app.cli.add_command(role_commands.roles)
    app.cli.add_command(approval_commands.approvals)
    app.cli.add_command(worker.run)
    app.cli.add_command(restore_commands.command)
    more = {"cookies": checks.cookies, "mail": checks.mail_server, "queues": checks.queues}
    app.cli.add_command(doctor.command(db, **more))
    people_commands.people.add_command(import_command.bring_in)
    for command in people_keeping_commands.keeping.commands.values():
        people_commands.people.add_command(command)
    client_commands.clients.add_command(initial_token_commands.tokens)


@keeping.command("run")
@as_json
def keep_house(as_json):
    """Delete expired rows, room by room, and print the counts."""
    with work(db):
        counts = housekeeping.run(current_app.config["REFRESH_RETRY_SECONDS"])
    tell([{"table": name, "rows": count} for name, count in counts.items()], as_json)


@logout.command("deliver")
@as_json
def deliver(as_json):
    """Try the logout notices that are due, a batch of them, and print how many went which way."""
    with work(db):
        ways = logout_delivery.deliver_due()
    tell([{"result": way, "notices": count} for way, count in sorted(ways.items())], as_json)
