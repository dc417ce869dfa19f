"""Prove an address: the account can do nothing before, or a number was typed at joining (C12)."""

from app.auth.interactions.prompt import Check, Prompt


def email_due(situation):
    """Nobody has shown that the e-mail address is this person's."""
    return "email" in situation.presence.must_prove.split()


def phone_due(situation):
    """Nobody has shown that the phone is this person's, and policy asks for it."""
    return "phone" in situation.presence.must_prove.split()


def phone_offered(situation):
    """The person has joined in this journey, and has neither proved the phone nor passed it by."""
    joined = situation.answers.get("join")
    return bool(joined and joined.get("phone")) and "phone" not in situation.answers


PROMPT = Prompt(
    "contact",
    "/verify",
    (
        Check("email_due", "the e-mail address is not proved", email_due, "interaction_required"),
        Check("phone_due", "the phone is not proved", phone_due, "interaction_required"),
        Check("phone_offered", "the phone can be proved", phone_offered, "interaction_required"),
    ),
)
