"""Prompt values are known and agree (OIDC Core §3.1.2.1)."""

from app.auth.oauth import errors

VALUES = ("none", "login", "consent", "select_account")


def check(asked):
    """Raises InvalidRequest: for an unknown value, or ``none`` beside another."""
    values = frozenset((asked.get("prompt") or "").split())
    if not values <= set(VALUES):
        raise errors.InvalidRequest("The prompt has a value that is not supported.")
    if "none" in values and len(values) > 1:
        raise errors.InvalidRequest("The prompt none stands alone.")
    asked.checked["prompt"] = values
