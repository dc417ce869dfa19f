"""How surely and how lately someone must be here: ``acr_values``, ``max_age`` (RFC 9470 §4).

What a request leaves out its client may have registered (OIDC Registration §2).
"""

from app.auth.oauth import errors

LONGEST = 500


def check(asked):
    """Raises InvalidRequest: when ``max_age`` is no whole number of seconds."""
    age = asked.get("max_age")
    if age is not None and (not age.isascii() or not age.isdigit() or len(age) > 9):
        raise errors.InvalidRequest("The max_age must be a whole number of seconds.")
    asked.checked["max_age"] = asked.client.default_max_age if age is None else int(age)
    values = asked.get("acr_values")
    if values and len(values) > LONGEST:
        raise errors.InvalidRequest("The acr_values are too long.")
    wanted = values.split() if values else asked.client.default_acr_values
    asked.checked["acr_values"] = tuple(wanted)
