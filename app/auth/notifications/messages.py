"""The catalogue of messages: what each is told by, what it needs to know, how long it is worth it.

A message that goes to whoever typed an address (a code, ``already_registered``) carries nothing
that who asked for it could have written.
"""

import re
from datetime import datetime
from typing import NamedTuple

MAIL, SMS, PUSH = "mail", "sms", "push"
NOTICE_SECONDS = 7 * 86_400


class Message(NamedTuple):
    """What a message is.

    context: the values it needs, by name; ``minutes`` among them says how long a code is good,
    and so how long the message is worth delivering; ``seconds`` says so for all others. urgent:
    as a notice it goes by SMS too. opens: our page that a push leads to. kind: of what a service
    of ours tells, a name from :data:`KINDS`; each person says by which channels they want it.
    """

    context: tuple
    channels: tuple = (MAIL,)
    urgent: bool = False
    seconds: int = NOTICE_SECONDS
    opens: str = "/account/activity"
    kind: str | None = None

    @property
    def secret(self):
        """Does it carry what opens something?"""
        return "code" in self.context

    def worth(self, context):
        """Return for how many seconds it is worth delivering."""
        return context["minutes"] * 60 if "minutes" in self.context else self.seconds


def _money(kind, *more, names=("amount", "currency")):
    """A notice about money; ``more``: values beside how much and when."""
    return Message((*names, *more, "at"), TOLD, kind=kind, opens="/account")


EVERY = (MAIL, SMS)
TOLD = (MAIL, SMS, PUSH)
PUSHED = (MAIL, PUSH)
CATALOGUE = {
    "confirm_email": Message(("code", "minutes")),
    "confirm_email_link": Message(("code", "link", "minutes")),
    "confirm_phone": Message(("code", "minutes"), (SMS,)),
    "already_registered": Message((), seconds=86_400),
    "reset_code": Message(("code", "link", "minutes"), EVERY),
    "sign_in_code": Message(("code", "minutes", "device", "place"), EVERY),
    "step_up_code": Message(("code", "minutes", "device", "place"), EVERY),
    "deed_code": Message(("code", "minutes", "deed"), (SMS, PUSH), urgent=True, opens="/account"),
    "deed_approved": Message(("deed", "app", "at"), PUSHED),
    "password_changed": Message(("at", "device"), TOLD, urgent=True),
    "new_sign_in": Message(("at", "device", "place"), PUSHED, opens="/account/sessions"),
    "passkey_added": Message(("name", "at"), PUSHED, opens="/account/security"),
    "passkey_removed": Message(("name", "at"), TOLD, urgent=True, opens="/account/security"),
    "factor_on": Message(("factor", "at"), PUSHED, opens="/account/security"),
    "factor_off": Message(("factor", "at"), TOLD, urgent=True, opens="/account/security"),
    "contact_changed": Message(("contact", "at"), TOLD, urgent=True, opens="/account/profile"),
    "recovery_begun": Message(("at", "ends_at", "stop_link"), TOLD, urgent=True, opens="/account"),
    "recovery_open": Message(("at", "ends_at", "stop_link"), TOLD, urgent=True, opens="/account"),
    "recovery_stopped": Message(("at",), PUSHED, opens="/account"),
    "recovery_completed": Message(("at", "device"), TOLD, urgent=True, opens="/account"),
    "factor_reset_asked": Message(("at", "ends_at", "stop_link"), TOLD, True, opens="/account"),
    "support_asked": Message(("at", "ends_at"), TOLD, True, 1800, "/account/support"),
    "account_locked": Message(("at",), EVERY, urgent=True),
    "account_unlocked": Message(("at",), EVERY, urgent=True),
    "lost_factors_code": Message(("code", "minutes"), EVERY),
    "recovery_code_used": Message(("at", "left"), PUSHED, opens="/account/security"),
    "app_connected": Message(("app", "at"), PUSHED, opens="/account/apps"),
    "account_closing": Message(("at", "ends_at"), TOLD, urgent=True, opens="/account"),
    "invitation": Message(("institution", "link", "ends_at"), opens="/account"),
    "payment_done": _money("payments", "payee"),
    "payment_pending": _money("payments", "payee"),
    "payment_refused": _money("payments", "payee"),
    "payment_reversed": _money("payments", "payee"),
    "bill_paid": _money("payments", "payee"),
    "topup_done": _money("payments", "payee"),
    "payment_received": _money("received", "payer"),
    "deposit_received": _money("received"),
    "withdrawal_ready": _money("withdrawals", "ends_at"),
    "withdrawal_done": _money("withdrawals"),
    "withdrawal_released": _money("withdrawals"),
    "limit_changed": _money("rules", "limit"),
    "limit_rising": _money("rules", "limit", "ends_at"),
    "payee_trusted": _money("rules", "payee", names=()),
}
# What services tell, each kind as people choose about it; one of MUST_TELL keeps a channel always.
KINDS = ("payments", "received", "withdrawals", "rules")
MUST_TELL = frozenset({"payments", "withdrawals", "rules"})
VALUES = {
    "code": str,
    "minutes": int,
    "link": str,  # opens a page that asks for more; never signs in by itself
    "stop_link": str,
    "at": datetime,
    "ends_at": datetime,
    "device": str | None,
    "place": str | None,
    "name": str,
    "app": str,
    "deed": str,  # what is to be done, in words
    "factor": str,  # a name of ours, told in the person's language where `words` knows it
    "contact": str,  # email or phone
    "left": int,
    "amount": int,  # minor units of ``currency``
    "currency": str,  # ISO 4217
    "payee": str | None,
    "payer": str | None,
    "institution": str,
    "limit": str,  # a name of ours, as ``factor`` is
}
NAMES = {  # values that are names, and which may be
    "currency": re.compile(r"[A-Z]{3}", re.ASCII).fullmatch,
    "limit": frozenset({"deed", "day", "night"}).__contains__,
}


def checked(name, channel, context):
    """Return the :class:`Message` ``name``, which goes by ``channel`` and is told by ``context``.

    Raises ValueError: when it has no such name, way or values, which is a mistake of our own.
    """
    message = CATALOGUE.get(name)
    if message is None or channel not in message.channels:
        raise ValueError(f"no message {name} by {channel}")
    if set(context) != set(message.context):
        raise ValueError(f"{name} needs {', '.join(message.context) or 'nothing'}")
    for each, value in context.items():
        if not isinstance(value, VALUES[each]):
            raise ValueError(f"{name}: {each} is a {type(value).__name__}")
    return message
