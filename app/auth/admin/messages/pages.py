"""Messages to people: looked through, and tried again; what they say is never shown."""

from flask import redirect, url_for

from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Deed, Entry, Listing
from app.auth.hosted import forms, signed_in
from app.auth.notifications import queue
from app.auth.staff.permissions import MESSAGES_READ, MESSAGES_RETRY
from app.foundation import clock, words

messages = guard.door("admin_messages", MESSAGES_READ)

COLUMNS = ("id", "message", "channel", "to", "state", "created_at", "due_at", "delivered_at")
COLUMNS += ("expires_at", "tries", "problem")
COMMAND = "flask --app wsgi:auth messages"
LISTING = Listing(
    "admin-messages",
    "admin.messages",
    "admin_messages.index",
    {
        "state": tuple(queue.STATES),
        "channel": queue.CHANNELS,
        "age": tuple(queue.AGES),
        "order": tuple(queue.ORDERS),
    },
    searched=False,
)
KINDS = {"waiting": "info", "delivered": "ok", "dead": "danger"}
DONE = ("retried", "retried_all", "over")  # ?done= → message


@messages.get("/admin/messages")
def index():
    """List the messages that fit what was asked."""
    asked = entries.asked(LISTING)
    if lists.wants_file():
        found = queue.batches(**asked)
        return lists.file("messages", COLUMNS, found, _fields)
    found = queue.look(**asked, page=lists.page_number())
    return entries.page(
        LISTING,
        found,
        [_entry(row) for row in found.rows],
        asked,
        outcome=lists.outcome("admin.messages.done", DONE),
        deeds=_deeds(),
        command=f"{COMMAND} list",
    )


@messages.get("/admin/messages/retry")
@guard.needs(MESSAGES_RETRY)
def ask_to_retry_all():
    """Say what would be sent, and ask."""
    return _asking("retry_all", f"{COMMAND} retry-all", {})


@messages.post("/admin/messages/retry")
@guard.needs(MESSAGES_RETRY)
def retry_all():
    """Let all that were given up be tried again."""
    count = queue.retry_all(by=guard.actor())
    return redirect(url_for("admin_messages.index", done="retried_all" if count else "over"), 303)


@messages.get("/admin/messages/<message_id>/retry")
@guard.needs(MESSAGES_RETRY)
def ask_to_retry(message_id):
    """Say to whom it would be sent, and ask."""
    row = queue.get(message_id)
    if not queue.may_be_retried(row):
        return redirect(url_for("admin_messages.index", done="over"), 303)
    told = {"message": _named(row), "to": queue.recipient(row) or words.t("admin.messages.wiped")}
    return _asking("retry", f"{COMMAND} retry {row.id}", told)


@messages.post("/admin/messages/<message_id>/retry")
@guard.needs(MESSAGES_RETRY)
def retry(message_id):
    """Let it be tried again; where that is over, say so."""
    try:
        queue.retry(message_id, by=guard.actor())
    except queue.Over:
        return redirect(url_for("admin_messages.index", done="over"), 303)
    return redirect(url_for("admin_messages.index", done="retried"), 303)


def _asking(deed, command, values):
    return forms.page(
        "admin/asking",
        page=f"admin-message-{deed.replace('_', '-')}",
        said=f"admin.messages.{deed}",
        way=[(url_for("admin_messages.index"), words.t("admin.messages.title"))],
        values=values,
        command=command,
        kind="main",
        **signed_in.page(),
    )


def _deeds():
    if not guard.may(MESSAGES_RETRY):
        return []
    address = url_for("admin_messages.ask_to_retry_all")
    return [Deed(address, words.t("admin.messages.retry_all.title"), id="messages-retry-all")]


def _named(row):
    """What a message is called: by its subject, unless that has something to fill in."""
    for key in (f"admin.messages.named.{row.message}", f"mail.subject.{row.message}"):
        if words.known(key):
            return words.t(key)
    return row.message  # of a release that is gone


def _entry(row):
    now, state = clock.now(), queue.state_of(row)
    channel = words.t(f"admin.messages.channel.{row.channel}")
    to = queue.recipient(row) or words.t("admin.messages.wiped")
    lines = [
        f"{channel} · {to}",
        words.t("admin.messages.kept", when=words.when(row.created_at, now)),
    ]
    if state == "waiting":
        lines.append(words.t("admin.messages.due", when=words.when(row.due_at, now)))
    if row.problem:
        lines.append(words.t("admin.messages.problem", tries=row.tries, problem=row.problem))
    deeds = []
    if queue.may_be_retried(row) and guard.may(MESSAGES_RETRY):
        address = url_for("admin_messages.ask_to_retry", message_id=row.id)
        says = words.t("admin.messages.retry_one", message=_named(row), to=to)
        deeds = [Deed(address, words.t("admin.messages.retry.title"), says)]
    badge = entries.badge(KINDS[state], "admin.messages.state", state)
    return Entry(_named(row), row.id, "", (badge,), tuple(lines), tuple(deeds))


def _fields(row):
    moments = (row.created_at, row.due_at, row.delivered_at, row.expires_at)
    told = (row.id, row.message, row.channel, queue.recipient(row), queue.state_of(row))
    return *told, *map(clock.to_the_second, moments), row.tries, row.problem
