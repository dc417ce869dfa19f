"""One's own activity: the record of one's account, in plain words."""

from flask import request

from app.auth.audit import reading
from app.auth.hosted import forms, signed_in
from app.auth.pages import activity_words
from app.auth.sessions import browser, devices
from app.foundation import clock

activity = signed_in.door("account_activity")

ORDERS = ("newest", "oldest")
LAST = 2**63 - 1  # the highest number a line can have


@activity.get("/account/activity")
def index():
    """Show what happened, the last first, a page at a time; of one kind where that was asked."""
    asked = {name: request.args.get(name, "")[:20] for name in ("kind", "order")}
    here = browser.presence()
    lines = reading.of_person(
        here.sub,
        activity_words.events(asked["kind"]),
        oldest_first=asked["order"] == "oldest",
        past=request.args.get("past", type=_number),
    )
    more, lines = len(lines) > reading.PAGE, lines[: reading.PAGE]
    return forms.page(
        "activity",
        asked={name: value for name, value in asked.items() if value},
        rows=_rows(lines, here),
        next=lines[-1].seq if more else None,
        paged="past" in request.args,
        kinds=tuple(activity_words.KINDS),
        orders=ORDERS,
        **signed_in.page(),
    )


def _rows(lines, here):
    known, now = devices.named(here.user_id, [line.subject for line in lines]), clock.now()
    return [activity_words.told(line, known.get(line.subject), here, now) for line in lines]


def _number(text):
    return min(max(1, int(text)), LAST)
