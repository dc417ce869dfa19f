"""A line of the record in words, for the back office."""

from typing import NamedTuple

from app.auth.admin.record.naming import Named
from app.auth.audit import events
from app.foundation import clock, words

SIGNS = {  # of a group: an icon's name
    "account": "person",
    "institution": "shield",
    "session": "laptop",
    "approval": "done",
    "message": "mail",
    "key": "key",
    "role": "shield",
}
GROUPS = {}
for _event in sorted(events.CATALOGUE):
    GROUPS.setdefault(_event.partition(":")[0], []).append(_event)


class Row(NamedTuple):
    """A line as the list shows it."""

    seq: int
    sign: str
    title: str
    when: str
    actor: Named
    subject: Named | None
    request_id: str | None


def row(line, named):
    """Return the :class:`Row` of ``line``; named: what `naming.of` knows."""
    return Row(
        line.seq,
        SIGNS.get(line.event.partition(":")[0], "apps"),
        title(line.event),
        words.when(line.at, clock.now()),
        named[line.actor],
        named.get(line.subject),
        line.request_id,
    )


def title(event):
    """Return what ``event`` means, for people; its name, of a release or a forger unknown to us."""
    key = f"record.event.{event.replace(':', '_')}"
    return words.t(key) if words.known(key) else event


def choices():
    """Return the events that can be asked for: pairs of a group's name and of pairs, each a choice.

    The first choice of a group is all of it.
    """
    return [
        (words.t(f"record.group.{group}"), [(event, title(event)) for event in each])
        for group, each in GROUPS.items()
    ]


def values(data, before=""):
    """Yield what a line says beside, as pairs of name and text, however deep."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from values(value, f"{before}{name}.")
        else:
            many = value if isinstance(value, list) else [value]
            yield f"{before}{name}", ", ".join(str(each) for each in many)
