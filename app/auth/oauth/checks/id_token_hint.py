"""The hint is an ID token of ours to this client, and says about whom (OIDC Core §3.1.2.1)."""

from app.auth.accounts import subject
from app.auth.oauth import errors
from app.auth.tokens import id_tokens


def check(asked):
    """Settle who is hinted at; an expired token is a good hint. Raises InvalidRequest."""
    hint = asked.get("id_token_hint")
    if hint is None:
        return
    claims = id_tokens.read(hint)
    if claims is None or claims["aud"] != asked.client.client_id:
        raise errors.InvalidRequest("The id_token_hint is not an ID token of ours to this client.")
    asked.checked["hinted_sub"] = subject.public(claims["sub"], asked.client.sector) or ""
