"""Who is using this app: one visit a browser, behind an opaque cookie of the app's own."""

import json
import secrets
from dataclasses import asdict, dataclass, field

from flask import current_app, g, request

from dev.demo.record import Exchange
from dev.demo.relying_party import Pending, Tokens

MOST_PENDING = 8  # tabs signing in at once


@dataclass
class Shown:
    """What one step did, for its page."""

    exchanges: list
    facts: dict = field(default_factory=dict)
    note: str = ""  # a message key


@dataclass
class Visit:
    """One browser's visit. Tokens leave the server on the pages that show them, and only there."""

    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    pending: dict = field(default_factory=dict)  # state -> a Shown of the Pending; note: its step
    leaving: str = ""  # the state of a sign-out under way
    tokens: Tokens | None = None
    transfer_key: str = ""  # Idempotency-Key of the last transfer, and its payee
    transfer_to: str = ""
    shown: dict = field(default_factory=dict)  # step -> Shown

    def wait_for(self, pending, exchanges, step="tokens"):
        """Remember a request under way, what was fetched for it, and which step it is for.

        Each tab has its own.
        """
        self.pending[pending.state] = Shown(exchanges, asdict(pending), step)
        for state in list(self.pending)[:-MOST_PENDING]:
            del self.pending[state]

    def came_back(self, state):
        """Return the :class:`Pending` of ``state``, its exchanges and its step, once; or None."""
        begun = self.pending.pop(state, None)
        return (Pending(**begun.facts), begun.exchanges, begun.note) if begun else None

    def as_json(self):
        """Return this visit as text; :meth:`from_json` reads it back."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text):
        """Return the visit that :meth:`as_json` wrote."""
        kept = json.loads(text)
        kept["tokens"] = kept["tokens"] and Tokens(**kept["tokens"])
        for name in ("pending", "shown"):
            kept[name] = {key: _shown(value) for key, value in kept[name].items()}
        return cls(**kept)


class Visits:
    """The visits of one app, kept on a :class:`~dev.demo.shelf.Shelf`."""

    def __init__(self, shelf, cookie, path, secure):
        self.cookie, self.path, self.secure = cookie, path, secure
        self._shelf = shelf

    def here(self):
        """Return this browser's visit, a new one when it has none."""
        if "visit" not in g:
            g.visit_id = request.cookies.get(self.cookie, "")
            text = self._shelf.get(g.visit_id)
            if text is None:
                self._begin(Visit())
            else:
                g.visit = Visit.from_json(text)
        return g.visit

    def renew(self):
        """Give this visit a new cookie: who knew the old one learns nothing (session fixation)."""
        self._shelf.remove(g.visit_id)
        self._begin(g.visit)

    def restart(self):
        """Forget this visit and all it held, and begin an empty one."""
        self._shelf.remove(g.visit_id)
        self._begin(Visit())

    def keep(self, answer):
        """Keep the visit, and put its cookie on ``answer`` if it is new: an ``after_request``."""
        if "visit" in g:
            self._shelf.put(g.visit_id, g.visit.as_json())
        if g.get("new_visit"):
            answer.set_cookie(
                self.cookie,
                g.visit_id,
                path=self.path,
                secure=self.secure,
                httponly=True,
                samesite="Lax",
            )
        return answer

    def _begin(self, visit):
        g.visit, g.visit_id, g.new_visit = visit, secrets.token_urlsafe(32), True


def visits():
    """Return this app's :class:`Visits`."""
    return current_app.extensions["visits"]


def _shown(kept):
    return Shown([Exchange(**each) for each in kept["exchanges"]], kept["facts"], kept["note"])
