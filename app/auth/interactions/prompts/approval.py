"""Approval: the bank described a deed, and this person has not answered it (RFC 9396, UX A12, A13).

The answer is a proof of now by itself, so that nothing else surer or fresher is asked beside it.
"""

from app.auth.factors import deed_codes, passkeys
from app.auth.interactions.prompt import Check, Prompt
from app.auth.sessions import assurance

PASSKEY, SMS, PUSH = "passkey", "sms", "push"
LEVELS = {
    PASSKEY: assurance.PHISHING_RESISTANT,
    SMS: assurance.TWO_FACTORS,
    PUSH: assurance.TWO_FACTORS,
}


def waits(situation):
    """A deed is asked for, and who is here now has not approved it in this journey."""
    given = situation.answers.get("approval")
    answered = given is not None and given["sub"] == situation.presence.sub
    return situation.has_deed and not answered


def ways(here, asked, now, *, entered):
    """Return by what who is ``here`` (a Presence) can approve the deed ``asked`` for, best first.

    entered: did they sign in on the way here? That is recent enough; else a code alone is too
    little where the sign-in is older than the app allows. Where a level is essential, what does not
    reach it is no way. Codes by mail, of an app or on paper never are.
    """
    found = []
    if passkeys.is_enrolled(here.user_id):
        found.append(PASSKEY)
    is_old = not entered and assurance.too_old(here.auth_time, asked.max_age, now)
    if not is_old:
        found.extend(dict.fromkeys(each.channel for each in deed_codes.contacts(here, now)))
    wanted = asked.acr_values if asked.acr_essential else ()
    return [way for way in found if assurance.satisfies(LEVELS[way], wanted)]


def can_be_given(situation):
    """Does a deed wait that who is here has a way to approve?"""
    if not waits(situation):
        return False
    entered = "login" in situation.answers
    return bool(ways(situation.presence, situation.asked, situation.now, entered=entered))


PROMPT = Prompt(
    "approval",
    "/consent",
    (Check("waits", "an approval is required", waits, "interaction_required"),),
)
