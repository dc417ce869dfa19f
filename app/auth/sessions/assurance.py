"""How surely someone is here. Pure: one ladder, and questions about it (decisions §5).

Methods (``amr``) are RFC 8176's words, space-separated; levels (``acr``) are names of the ladder.
"""

PASSWORD = "pwd"

ONE_FACTOR = "urn:brasil:openbanking:loa2"
TWO_FACTORS = "urn:brasil:openbanking:loa3"
PHISHING_RESISTANT = "phr"

LADDER = (ONE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT)  # from the lowest up
ATTAINABLE = LADDER  # what the kinds of factor that can be enrolled reach

_KNOWLEDGE = {"pwd", "pin", "kba"}
_POSSESSION = {"otp", "sms", "hwk", "swk"}
_OF_A_PASSKEY = {"hwk", "swk", "user"}


def acr_of(amr):
    """Return the level that the methods ``amr`` reach together (OIDC Core §2)."""
    shown = set(amr.split())
    if "user" in shown and shown & {"hwk", "swk"}:
        return PHISHING_RESISTANT
    if "mfa" in shown or (shown & _KNOWLEDGE and shown & _POSSESSION):
        return TWO_FACTORS
    return ONE_FACTOR


def joined(before, shown):
    """Return the methods of somebody who had shown ``before`` and now shows ``shown`` as well.

    That a passkey was shown counts only when it is shown last: what resists phishing is one
    ceremony, not a thing remembered.
    """
    earlier = (method for method in before.split() if method not in _OF_A_PASSKEY)
    together = dict.fromkeys([*earlier, *shown.split()])
    if "mfa" in together or len(together) > 1:
        together.pop("mfa", None)
        together["mfa"] = None
    return " ".join(together)


def satisfies(acr, asked):
    """Does the level ``acr`` meet any one of ``asked``? Nothing asked is met by any level.

    A level not on the ladder is never met (RFC 9470 §3, OIDC Core §3.1.2.1).
    """
    return not asked or any(level in asked for level in _reached(acr))


def attainable(asked):
    """Can anybody who signs in today meet any one of the levels ``asked``?"""
    return any(satisfies(level, asked) for level in ATTAINABLE)


def told(acr, asked):
    """Return the level to tell an app of who reached ``acr``: the highest of those ``asked``.

    It is ``acr`` itself when none was asked for, or none of them is met (OIDC Core §3.1.2.1).
    """
    return next((level for level in reversed(_reached(acr)) if level in asked), acr)


def too_old(auth_time, max_age, now):
    """Is an authentication at ``auth_time`` more than ``max_age`` seconds old at ``now``?

    A ``max_age`` of None asks for nothing (OIDC Core §3.1.2.1).
    """
    return max_age is not None and (now - auth_time).total_seconds() > max_age


def _reached(acr):
    """The levels of the ladder that ``acr`` meets, from the lowest up."""
    return LADDER[: LADDER.index(acr) + 1] if acr in LADDER else ()
