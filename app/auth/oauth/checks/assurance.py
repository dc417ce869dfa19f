"""How surely and how lately someone must be here: ``acr_values``, ``max_age`` (RFC 9470 §4)."""

from app.auth.oauth import errors

LONGEST = 500


def check(asked):
    """Raises InvalidRequest: when ``max_age`` is no whole number of seconds."""
    age = asked.get("max_age")
    if age is not None:
        if not age.isascii() or not age.isdigit() or len(age) > 9:
            raise errors.InvalidRequest("The max_age must be a whole number of seconds.")
        asked.checked["max_age"] = int(age)
    values = asked.get("acr_values") or ""
    if len(values) > LONGEST:
        raise errors.InvalidRequest("The acr_values are too long.")
    asked.checked["acr_values"] = tuple(values.split())
