"""A detail that moves nothing, as it reads to a person: what may be read, and until when."""

from datetime import date

from app.auth.consents.details import registry
from app.foundation import words


def items(details):
    """Return a sentence for each entry of ``details``, as the registry wrote them, or None."""
    return [_sentence(entry) for entry in registry.entries_of(details)]


def _sentence(entry):
    actions = ", ".join(words.t(f"detail.action.{name}") for name in entry["actions"])
    until = entry.get("until")
    if until is None:
        return words.t("detail.account_information.always", actions=actions)
    day = words.day(date.fromisoformat(until))
    return words.t("detail.account_information.until", actions=actions, day=day)
