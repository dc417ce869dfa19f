"""Where an account is open, to be sorted and turned over: this browser's session first."""

from typing import NamedTuple

from app.auth.flows.account import own_devices
from app.auth.hosted import asker
from app.auth.pages import session_words
from app.auth.risk import places
from app.auth.sessions import devices
from app.auth.tokens import holdings
from app.foundation import clock

PAGE = 20
ORDERS = {
    "used": lambda session: session.last_seen_at,
    "newest": lambda session: session.auth_time,
    "place": lambda session: session.address or "",
}


class Found(NamedTuple):
    """One page of :class:`session_words.Device`; total: how many there are on all pages.

    strange: the first that is on a new device and not here, whatever page it is on, or None;
    may_own: the person may say here that it was them.
    """

    rows: list
    total: int
    page: int
    pages: int
    strange: session_words.Device | None
    may_own: bool


def look(here, order="used", page=1):
    """Return the :class:`Found` page of the sessions of who is ``here`` (a presence).

    order: a name in :data:`ORDERS`, else it is passed over.
    """
    open_now = devices.in_use(here.user_id)
    open_now.sort(key=ORDERS.get(order, ORDERS["used"]), reverse=order != "place")
    open_now.sort(key=lambda session: session.id != here.session_id)
    pages = max(1, -(-len(open_now) // PAGE))
    page = min(max(1, page), pages)
    new = devices.new_ones(here.user_id, clock.now())
    others = (each for each in open_now if each.id != here.session_id and each.device_id in new)
    strange = next(others, None)
    rows = _told(here, open_now[(page - 1) * PAGE : page * PAGE], new)
    told = _told(here, [strange], new)[0] if strange else None
    may_own = strange is not None and own_devices.may_own(here, new)
    return Found(rows, len(open_now), page, pages, told, may_own)


def _told(here, sessions, new):
    apps, now = holdings.of_sessions([session.id for session in sessions]), clock.now()
    names = devices.names(here.user_id)
    rows = [
        session_words.told(
            each,
            each.id == here.session_id,
            now,
            [asker.of(client_id).name for client_id in apps.get(each.id, ())],
            place=places.named(each.address),
            is_new=each.device_id in new,
        )
        for each in sessions
    ]
    ids = (each.device_id for each in sessions)
    return [session_words.called(row, names.get(id)) for row, id in zip(rows, ids, strict=True)]
