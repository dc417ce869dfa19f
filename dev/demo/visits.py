"""Who is using this app: sessions in the process, behind an opaque cookie of the app's own.

A demonstration forgets everyone when it stops. Tokens never leave the server but on the pages
that show them on purpose.
"""

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from flask import g, request

from dev.demo.relying_party import Tokens

MOST = 500  # visits kept; the oldest goes first
SECONDS = 2 * 60 * 60
MOST_PENDING = 8  # tabs signing in at once


@dataclass
class Shown:
    """What one step did, for its page."""

    exchanges: list
    facts: dict = field(default_factory=dict)
    note: str = ""  # a message key


@dataclass
class Visit:
    """One browser's visit."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    began: float = field(default_factory=time.monotonic)
    pending: OrderedDict = field(default_factory=OrderedDict)  # state -> (Pending, exchanges)
    leaving: str = ""  # the state of a sign-out under way
    tokens: Tokens | None = None
    transfer_key: str = ""  # Idempotency-Key of the last transfer, and its payee
    transfer_to: str = ""
    shown: dict = field(default_factory=dict)  # step -> Shown

    def wait_for(self, pending, exchanges):
        """Remember a sign-in under way and what was fetched for it; each tab has its own."""
        self.pending[pending.state] = pending, exchanges
        while len(self.pending) > MOST_PENDING:
            self.pending.popitem(last=False)


class Visits:
    """The visits of one process."""

    def __init__(self, cookie, path, secure):
        self.cookie, self.path, self.secure = cookie, path, secure
        self._all, self._lock = OrderedDict(), threading.Lock()

    def here(self):
        """Return this browser's visit, a new one when it has none."""
        if "visit" not in g:
            with self._lock:
                found = self._all.get(request.cookies.get(self.cookie, ""))
                if found and time.monotonic() - found.began < SECONDS:
                    g.visit = found
                else:
                    self._add(Visit())
        return g.visit

    def renew(self):
        """Give this visit a new cookie: who knew the old one learns nothing (session fixation)."""
        with self._lock:
            old = self._all.pop(g.visit.id, g.visit)
            old.id = secrets.token_urlsafe(32)
            self._add(old)

    def restart(self):
        """Forget this visit and all it held, and begin an empty one."""
        with self._lock:
            self._all.pop(g.visit.id, None)
            self._add(Visit())

    def set_cookie(self, answer):
        """Put a new visit's cookie on ``answer``: an ``after_request`` hook."""
        if g.get("new_visit"):
            answer.set_cookie(
                self.cookie,
                g.visit.id,
                path=self.path,
                secure=self.secure,
                httponly=True,
                samesite="Lax",
            )
        return answer

    def _add(self, visit):
        g.visit, g.new_visit = visit, True
        self._all[visit.id] = visit
        while len(self._all) > MOST:
            self._all.popitem(last=False)
