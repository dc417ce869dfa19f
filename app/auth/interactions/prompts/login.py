"""Sign in: nobody is here, or not the right person, or too long ago."""

from app.auth.factors import passkeys
from app.auth.interactions.prompt import Check, Prompt
from app.auth.sessions import assurance


def nobody_here(situation):
    """There is no session in this browser."""
    return situation.presence is None


def asked_for(situation):
    """``prompt=login`` or ``select_account``, not yet answered in this journey."""
    wanted = situation.asked and situation.asked.prompt & {"login", "select_account"}
    return bool(wanted) and "login" not in situation.answers


def too_long_ago(situation):
    """``max_age`` has passed since the last sign-in (OIDC Core §3.1.2.1).

    Signing in within this journey is recent enough, else ``max_age=0`` would ask for ever; and so
    is approving a deed by a passkey, for who has one.
    """
    if situation.max_age is None or "login" in situation.answers:
        return False
    here = situation.presence
    if not assurance.too_old(here.auth_time, situation.max_age, situation.now):
        return False
    return not (situation.has_deed and passkeys.is_enrolled(here.user_id))


def someone_else(situation):
    """``id_token_hint``, or the claim ``sub``, speaks of another person than the one here."""
    asked = situation.asked
    hinted = asked and asked.hinted_sub
    return hinted is not None and hinted != situation.presence.sub


PROMPT = Prompt(
    "login",
    "/login",
    (
        Check("nobody_here", "sign-in is required", nobody_here, "login_required"),
        Check("asked_for", "sign-in was asked for", asked_for, "login_required"),
        Check("too_long_ago", "the last sign-in is too old", too_long_ago, "login_required"),
        Check("someone_else", "another person is signed in", someone_else, "login_required"),
    ),
)
