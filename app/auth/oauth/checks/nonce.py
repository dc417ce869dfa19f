"""The nonce: kept whole; repeating it is the client's matter (OIDC Core §3.1.2.1)."""

from app.auth.oauth import errors

LONGEST = 2000


def check(asked):
    """Raises InvalidRequest: when it is longer than 2,000 characters or not printable."""
    nonce = asked.get("nonce")
    if nonce is not None and (len(nonce) > LONGEST or not nonce.isprintable()):
        raise errors.InvalidRequest("The nonce is too long or not printable.")
    asked.checked["nonce"] = nonce
