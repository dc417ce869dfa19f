"""No parameter comes twice (RFC 6749 §3.1); ``resource`` may (RFC 8707 §2)."""

from app.auth.oauth import errors


def check(asked):
    """Raises InvalidRequest: when any parameter but ``resource`` is repeated."""
    if asked.repeated - {"resource"}:
        raise errors.InvalidRequest("A parameter is repeated.")
