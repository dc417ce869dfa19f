"""``flask --app wsgi:bank notices …``: what was to be told to people, and what became of it."""

import click
from flask.cli import AppGroup

from app.bank.database import db
from app.bank.outbox import draining, queue
from app.foundation import clock
from app.foundation.command_line import tell, work

notices = AppGroup("notices", help="See notices to people; try those given up again.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@notices.command("list")
@click.option("--state", type=click.Choice(list(queue.STATES)), help="Only these.")
@as_json
def list_notices(state, as_json):
    """Print the newest notices: not what they say."""
    with work(db):
        rows = [_told(row) for row in queue.listed(state)]
    tell(rows, as_json)


@notices.command("retry")
@click.argument("notice_id")
@as_json
def retry(notice_id, as_json):
    """Let a notice that was given up be tried again."""
    with work(db):
        row = _told(queue.retry(notice_id))
    tell([row], as_json)


@notices.command("send")
@as_json
def send(as_json):
    """Hand over the notices that are due, a batch of them; print how many went which way."""
    with work(db):
        ways = draining.hand_over()
    tell([{"result": way, "notices": count} for way, count in sorted(ways.items())], as_json)


def _told(row):
    return {
        "id": row.id,
        "sub": row.sub,
        "notice": row.notice,
        "state": queue.state_of(row),
        "created_at": clock.to_the_second(row.created_at),
        "due_at": clock.to_the_second(row.due_at),
        "sent_at": clock.to_the_second(row.sent_at),
        "tries": row.tries,
        "problem": row.problem,
    }
