"""``flask messages …``: what was to be told to people, and what became of it."""

from collections import Counter

import click
from flask.cli import AppGroup

from app.auth.database import db
from app.auth.notifications import delivery, queue
from app.foundation import clock
from app.foundation.command_line import tell, work

messages = AppGroup("messages", help="See messages to people; try dead ones again.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@messages.command("list")
@click.option("--state", type=click.Choice(list(queue.STATES)), help="Only these.")
@as_json
def list_messages(state, as_json):
    """Print the newest messages: not whom they go to, nor what they say."""
    with work(db):
        rows = [_told(row) for row in queue.listed(state)]
    tell(rows, as_json)


@messages.command("retry")
@click.argument("message_id")
@as_json
def retry(message_id, as_json):
    """Let a dead message be tried again."""
    with work(db):
        row = _told(queue.retry(message_id))
    tell([row], as_json)


@messages.command("retry-all")
@as_json
def retry_all(as_json):
    """Let every dead message that is still worth it be tried again."""
    with work(db):
        count = queue.retry_all()
    tell([{"messages": count}], as_json)


@messages.command("deliver")
@as_json
def deliver(as_json):
    """Try the messages that are due, a batch of them, and print how many went which way."""
    with work(db):
        ways = Counter(delivery.deliver_due()) + Counter(delivery.deliver_pushes())
    tell([{"result": way, "messages": count} for way, count in sorted(ways.items())], as_json)


def _told(row):
    return {
        "id": row.id,
        "message": row.message,
        "channel": row.channel,
        "state": queue.state_of(row),
        "created_at": clock.to_the_second(row.created_at),
        "due_at": clock.to_the_second(row.due_at),
        "delivered_at": clock.to_the_second(row.delivered_at),
        "expires_at": clock.to_the_second(row.expires_at),
        "tries": row.tries,
        "problem": row.problem,
    }
