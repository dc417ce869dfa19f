"""Consent: this app asks for something it has not been allowed."""

from app.auth.consents import approval, named
from app.auth.interactions.prompt import Check, Prompt


def asked_for(situation):
    """``prompt=consent``, not yet answered in this journey by whoever is here now."""
    given = situation.answers.get("consent")
    answered = given is not None and given["sub"] == situation.presence.sub
    return "consent" in situation.asked.prompt and not answered


def details_asked(situation):
    """Details that move nothing, not yet allowed in this journey: each time they are asked for."""
    given = situation.answers.get("consent")
    answered = given is not None and given["sub"] == situation.presence.sub
    return bool(situation.asked.details) and not situation.has_deed and not answered


def more_than_allowed(situation):
    """A scope, or a claim by name, that this person has not allowed this client."""
    asked = situation.asked
    wanted = named.to_allow(asked.scope, asked.claims)
    return bool(approval.missing(situation.presence.user_id, asked.client_id, wanted))


PROMPT = Prompt(
    "consent",
    "/consent",
    (
        Check("asked_for", "consent was asked for", asked_for, "consent_required"),
        Check("details_asked", "consent is required", details_asked, "consent_required"),
        Check("more_than_allowed", "consent is required", more_than_allowed, "consent_required"),
    ),
)
