"""What a prompt is: a page to stop at, and the named checks that say so."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.auth.clients import registry


@dataclass(frozen=True)
class Check:
    """One reason to stop. ``name`` ends up in logs and tests, ``error`` at the client.

    applies: a function of a :class:`Situation`; error: the code when nobody may be asked
    (``prompt=none``, OIDC Core §3.1.2.6).
    """

    name: str
    description: str
    applies: Any
    error: str


@dataclass(frozen=True)
class Prompt:
    """A stop at one page, with its checks in order.

    page: a path; None where no page helps, and the client is told at once.
    """

    name: str
    page: str | None
    checks: tuple

    def reason(self, situation):
        """Return the first check that applies, or None."""
        return next((check for check in self.checks if check.applies(situation)), None)


@dataclass(frozen=True)
class Situation:
    """What a check may look at.

    asked: the AuthorizationRequest, None for a journey within our own pages, of which ``facts``
    tell; presence: who is here, or None; answers: prompt name → facts given in this journey; now:
    an aware moment; return_to: the path of ours where the journey ends.
    """

    asked: Any
    presence: Any
    now: datetime
    answers: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    return_to: str = ""

    @property
    def institution(self):
        """The code of the institution whose app asks, or None."""
        return registry.institution_of(self.asked.client_id) if self.asked else None

    @property
    def has_deed(self):
        """Is a deed asked for, whose approval shows surely and afresh who is here?"""
        return bool(self.asked and self.asked.deed)

    @property
    def max_age(self):
        """How many seconds old the sign-in may be, or None (OIDC Core §3.1.2.1)."""
        return self.asked.max_age if self.asked else self.facts.get("max_age")
