"""Invitation: who has just signed in by password could do so by a passkey from now on (UX A08).

The last stop before consent, so that the answer goes out the moment it is given. Nothing depends on
it: an app that asks for no page, or for a sign-in of a certain age or level, never meets it.
"""

from app.auth.factors import invitations
from app.auth.interactions.prompt import Check, Prompt
from app.auth.interactions.prompts import step_up
from app.auth.sessions import assurance

ABLE = "passkeys"  # the answer that this browser can make one: its script said so
HOME = "/account"


def offered(situation):
    """Just signed in by password, at a browser that can; nothing else is in hand."""
    given = situation.answers
    if "invitation" in given or not {"login", ABLE} <= given.keys() or _is_busy(situation):
        return False
    here, now = situation.presence, situation.now
    if assurance.PASSWORD not in here.amr.split() or not step_up.is_fresh(here, now):
        return False
    return invitations.are_open(here.user_id, now)


def _is_busy(situation):
    """Is something asked for that matters, or does the person want one page of their own?

    Whoever signed in oddly is not asked either: it may be a stranger, with a passkey of theirs.
    """
    if situation.has_deed or (situation.asked is None and situation.return_to != HOME):
        return True
    return situation.max_age is not None or bool(step_up.wanted(situation))


PROMPT = Prompt(
    "invitation",
    "/passkeys/convite",
    (Check("offered", "a passkey can be made", offered, "interaction_required"),),
)
