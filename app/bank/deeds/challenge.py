"""The challenge: this deed needs its owner's approval, and here is what to ask for (RFC 9470 §3).

Raised under the ledger's locks, answered once everything of the request is undone, so that nobody
waits for a lock while the payee's name is asked for elsewhere. What is raised on the way there (no
such person, nobody to ask, too many challenges) is the answer instead.
"""

from flask import current_app, make_response
from sqlalchemy.exc import SQLAlchemyError

from app.bank.deeds import asked, pending
from app.foundation import clock
from app.foundation.problems import Problem
from app.resource_server.step_up import InsufficientUserAuthentication

ACR_VALUES = ("phr", "urn:brasil:openbanking:loa3")  # a passkey, else two factors


class ApprovalNeeded(Exception):
    """The deed waits for approval; nothing has moved.

    ordered: a :class:`pending.Ordered`; caller: a :class:`app.bank.gate.Caller`; name: returns the
    :class:`pending.Payee`, and may ask for it over the network; errors: why, one dict a reason.
    """

    def __init__(self, ordered, caller, name, errors):
        super().__init__()
        self.ordered = ordered
        self.caller = caller
        self.name = name
        self.errors = errors


class Challenge(InsufficientUserAuthentication):
    """A challenge whose body names the details to ask approval of."""

    description = "This deed needs the approval of its owner."

    def __init__(self, details, scope, errors):
        super().__init__(ACR_VALUES, current_app.config["STEP_UP_MAX_AGE_SECONDS"], errors)
        self.members = {
            "acr_values": list(self.acr_values),
            "max_age": self.max_age_seconds,
            "scope": scope,
            "authorization_details": details,
        }


def demand_fresh(caller):
    """Let pass who was here surely enough, a moment ago: for what changes how money may move.

    Raises InsufficientUserAuthentication: else (RFC 9470 §3).
    """
    oldest = current_app.config["STEP_UP_MAX_AGE_SECONDS"]
    fresh = caller.auth_time is not None and clock.seconds() - caller.auth_time <= oldest
    if caller.acr not in ACR_VALUES or not fresh:
        raise InsufficientUserAuthentication(ACR_VALUES, oldest)


def init_app(app):
    """Answer deeds that need approval with their challenge."""
    app.register_error_handler(ApprovalNeeded, _answer)


def _answer(needed):
    try:
        refusal = _challenge(needed)
    except (Problem, SQLAlchemyError) as other:  # Flask hands on none that a handler raises
        refusal = other
    return make_response(current_app.handle_user_exception(refusal))


def _challenge(needed):
    asked.count(needed.caller.sub)
    entry = pending.describe(
        needed.ordered,
        needed.name(),
        sub=needed.caller.sub,
        client_id=needed.caller.client_id,
        reasons=[one["code"] for one in needed.errors],
    )
    return Challenge([entry], " ".join(sorted(needed.caller.scope)), needed.errors)
