"""PKCE is required and must be S256 (RFC 7636 §4.3, RFC 9700 §2.1.1)."""

import re

from app.auth.oauth import errors

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def check(asked):
    """Refuse a request without a usable ``code_challenge``.

    A confidential client registered with ``require_pkce: false`` may send none; one that was
    sent is always checked. Raises InvalidRequest: when it is missing, malformed or not S256.
    """
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if challenge is None:
        if method or asked.client.needs_pkce:
            raise errors.InvalidRequest("The code_challenge is missing; PKCE is required.")
        return
    if method != "S256":
        raise errors.InvalidRequest("The code_challenge_method must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise errors.InvalidRequest("The code_challenge is not a SHA-256 in base64url.")
    asked.checked["code_challenge"] = challenge
