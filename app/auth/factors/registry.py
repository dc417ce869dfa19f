"""The table of factors: what each is, how surely it shows a person, which is asked for first (C7).

What showing one adds to the methods of a sign-in are RFC 8176's words.
"""

from typing import Any, NamedTuple

from app.auth.factors import one_time_codes, passkeys, recovery_codes, remembered, totp
from app.auth.sessions import assurance


class Factor(NamedTuple):
    """A kind of factor.

    module: its three verbs; amr: the methods it adds, space-separated; level: what it reaches
    beside a password; lasts: it can be shown again and again, so that a person *has* it. One that
    does not stands in for those that do. sent: a code of it is sent first.
    """

    name: str
    module: Any
    amr: str
    level: str
    lasts: bool
    sent: bool = False


TABLE = (  # the one to ask for first, first
    Factor("passkey", passkeys, "swk user mfa", assurance.PHISHING_RESISTANT, True),
    Factor("totp", totp, "otp mfa", assurance.TWO_FACTORS, True),
    Factor("sms_code", one_time_codes.SMS, "sms mfa", assurance.TWO_FACTORS, True, sent=True),
    Factor("email_code", one_time_codes.EMAIL, "otp mfa", assurance.TWO_FACTORS, True, sent=True),
    Factor("recovery_code", recovery_codes, "otp mfa", assurance.TWO_FACTORS, False),
)
FACTORS = {factor.name: factor for factor in TABLE}


def enrolled(user_id):
    """Return the factors (:class:`Factor`) that a person has beside a password, best first.

    Nobody has recovery codes alone: they stand in for a factor.
    """
    found = [factor for factor in TABLE if factor.module.is_enrolled(user_id)]
    return found if any(factor.lasts for factor in found) else []


def showable(user_id):
    """Return those of them that the person can show now, and that show more than the password.

    Who has some and can show none is asked all the same, and not let in by less.
    """
    return [each for each in enrolled(user_id) if not each.sent or each.module.counts(user_id)]


def forget_all(user_id):
    """Forget every factor of the person, and what stands in for one."""
    for factor in TABLE:
        factor.module.forget_all(user_id)
    remembered.forget(user_id)


def reach(user_id, amr):
    """Return the highest level that who showed ``amr`` can reach by showing a factor they have."""
    levels = [factor.level for factor in showable(user_id)]
    return max([assurance.acr_of(amr), *levels], key=assurance.LADDER.index)
