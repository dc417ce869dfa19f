"""Tell applications that a session is over (OIDC Back-Channel Logout §2.5, §2.8).

A notice is claimed by one conditional UPDATE: of many who would deliver it one posts it, and who
dies meanwhile leaves it to the next once the lease is over. So it arrives at least once, always
under the same ``jti``. Neither a transaction nor a connection is held while posting.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.database import hot
from app.auth.tokens import id_tokens
from app.auth.tokens.ending import HEAD_START
from app.foundation import clock, fetch, metrics
from app.foundation.hot import Chain, Statement
from app.foundation.logs import log
from app.foundation.problems import Unavailable

WAITS = (5, 30, 120, 600, 3600, 10_800, 21_600, 43_200)  # seconds after each failed try: 22 hours
LEASE = timedelta(seconds=30)  # longer than any try takes
LEFT_ALONE = timedelta(minutes=1)  # a client that does not answer delays nobody else's notices
FIRST_SECONDS = 2  # what a person may wait for (`decisions.md` §13)
SECONDS = 5
SIDE_BY_SIDE = 8
BATCH = 32  # at 5 seconds each and 8 at a time: whoever stops the worker waits 20 seconds at most
GOOD, FINAL = {200, 204}, {"refused", "no_address"}


class Notice(NamedTuple):
    """A notice that is ours to deliver now; ``tries`` counts this one."""

    client_id: str
    session_id: str | None
    subject: str
    tries: int


class Due(NamedTuple):
    """A notice to be delivered."""

    id: str


class Told(NamedTuple):
    """A client that is told."""

    client_id: str


DUE = Statement(
    "SELECT id FROM logout_notices WHERE due_at <= :now ORDER BY due_at LIMIT :most", Due
)
OF_SESSION = Statement(
    "SELECT id FROM logout_notices WHERE due_at <= :until AND session_id = :session_id", Due
)
WAITING = Statement(
    "SELECT client_id FROM logout_notices WHERE due_at IS NOT NULL AND session_id = :session_id",
    Told,
)
TOOK_PART = Statement(
    "SELECT client_id FROM session_clients WHERE session_id = :session_id ORDER BY client_id", Told
)
CLAIM = Statement(
    """UPDATE logout_notices SET due_at = :leased_until, tries = tries + 1
       WHERE id = :id AND due_at <= :until RETURNING client_id, session_id, subject, tries""",
    Notice,
)
DELIVERED = Chain(
    """UPDATE logout_notices SET delivered_at = :now, due_at = NULL, problem = NULL
       WHERE id = :id AND delivered_at IS NULL RETURNING client_id""",
    Told,
    trail.link("won.client_id"),
)
GIVEN_UP = Chain(
    """UPDATE logout_notices SET due_at = NULL, problem = :problem
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL RETURNING client_id""",
    Told,
    trail.link("won.client_id"),
)
AGAIN = Statement(
    """UPDATE logout_notices SET due_at = :later, problem = :problem
       WHERE id = :id AND tries = :tries AND due_at IS NOT NULL"""
)
POSTPONE = Statement(
    "UPDATE logout_notices SET due_at = :later WHERE client_id = :client_id AND due_at <= :now"
)


def took_part(session_id):
    """Return the ids of the clients that the session signed in to and that want to hear of it."""
    return [row.client_id for row in hot.run(TOOK_PART, session_id=session_id)]


def waiting(session_id):
    """Return the ids of the clients that have not heard yet that the session is over."""
    return {row.client_id for row in hot.run(WAITING, session_id=session_id)}


def first_tries(session_id):
    """Try every new notice of a session once, side by side, for 2 seconds at most."""
    until = clock.now() + HEAD_START
    found = hot.run(OF_SESSION, session_id=session_id, until=until)
    _side_by_side(found, until, FIRST_SECONDS, patience=FIRST_SECONDS)


def deliver_due():
    """Try notices that are due, a batch of them; return how many went which way.

    The ways are ``delivered``, ``failed`` (it is tried again later) and ``given_up``.
    """
    now = clock.now()
    return _side_by_side(hot.run(DUE, now=now, most=BATCH), now, SECONDS)


def _side_by_side(found, until, seconds, patience=None):
    """Attempt the notices ``found``; after ``patience`` seconds leave the rest to themselves."""
    if not found:
        return {}
    app = current_app._get_current_object()

    def one(notice_id):
        with app.app_context():
            return _attempt(notice_id, until, seconds)

    threads = ThreadPoolExecutor(min(SIDE_BY_SIDE, len(found)), "logout")
    tries = [threads.submit(one, notice.id) for notice in found]
    done, _ = wait(tries, timeout=patience)
    threads.shutdown(wait=False, cancel_futures=True)
    return dict(Counter(way for way in (each.result() for each in done) if way))


def _attempt(notice_id, until, seconds):
    """Post a notice that is due by ``until``; return how it went, None when another has it."""
    leased_until = clock.now() + LEASE
    notice = hot.first(CLAIM, id=notice_id, until=until, leased_until=leased_until)
    if notice is None:
        return None
    problem = _post(notice_id, notice, seconds)
    way = _settle(notice_id, notice, problem)
    metrics.count("logout_notices", result=way)
    if problem:
        log.warning("logout notice not delivered", notice=notice_id, reason=problem, result=way)
    return way


def _post(notice_id, notice, seconds):
    """Post the logout token; return in one word what was wrong, or None."""
    client = registry.find(notice.client_id)
    address = client and client.backchannel_logout_uri
    if not address:
        return "no_address"
    try:
        form = {"logout_token": id_tokens.mint_logout(notice_id, notice, client)}
        status = fetch.post_form(address, form, seconds=seconds)
    except fetch.Failed as error:
        return error.reason
    except Unavailable:
        return "unsigned"
    if status in GOOD:
        return None
    return "refused" if status == 400 else f"status_{status}"


def _settle(notice_id, notice, problem):
    """Keep how a try went: delivered, to be tried again, or given up (with its record)."""
    now = clock.now()
    if problem is None:
        hot.run(DELIVERED, id=notice_id, now=now, **_told(events.LOGOUT_DELIVERED, notice_id))
        return "delivered"
    mine = {"id": notice_id, "tries": notice.tries, "problem": problem}
    if problem in FINAL or notice.tries > len(WAITS):
        given_up = _told(events.LOGOUT_GIVEN_UP, notice_id, problem=problem, tries=notice.tries)
        hot.run(GIVEN_UP, **mine, **given_up)
        return "given_up"
    hot.run(AGAIN, **mine, later=now + timedelta(seconds=WAITS[notice.tries - 1]))
    hot.run(POSTPONE, client_id=notice.client_id, now=now, later=now + LEFT_ALONE)
    return "failed"


def _told(event, notice_id, **data):
    return trail.values(event, actor=events.SYSTEM, data={"notice": notice_id, **data})
