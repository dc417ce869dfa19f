"""Weigh a sign-in: allow, notify, step up or block, with its reasons (S83). Pure but for settings.

From a browser the person is known to use nobody is blocked, and more is asked only where that
browser is somewhere it cannot be: what strangers do elsewhere never shuts the owner out (L-09).
"""

from typing import NamedTuple

from flask import current_app

from app.auth.risk.signals import SIGNALS

ALLOW, NOTIFY, STEP_UP, BLOCK = "allow", "notify", "step_up", "block"


class Assessment(NamedTuple):
    """The verdict, its points, and the names of the signals behind it."""

    verdict: str
    points: int
    reasons: tuple

    @property
    def blocks(self):
        """Is the sign-in to be refused?"""
        return self.verdict == BLOCK

    def told(self):
        """Return what the record says of it; nothing where there is nothing to say."""
        return {"risk": self.verdict, "reasons": list(self.reasons)} if self.reasons else {}


def weigh(facts):
    """Return the :class:`Assessment` of a sign-in about which ``facts`` are known."""
    found = [signal for signal in SIGNALS if signal.applies(facts)]
    points = sum(signal.points for signal in found)
    verdict = _verdict(points)
    if facts.device_known and verdict in {STEP_UP, BLOCK}:
        verdict = STEP_UP if _moved(found) else NOTIFY
    return Assessment(verdict, points, tuple(signal.name for signal in found))


def _verdict(points):
    settings = current_app.config
    if points >= settings["RISK_BLOCK_FROM"]:
        return BLOCK
    if points >= settings["RISK_STEP_UP_FROM"]:
        return STEP_UP
    return NOTIFY if points >= settings["RISK_NOTIFY_FROM"] else ALLOW


def _moved(found):
    """Is the known browser somewhere it cannot be? Then its id may have been taken."""
    return any(signal.name == "impossible_travel" for signal in found)
