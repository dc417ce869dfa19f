"""The redirect URI is registered: exact comparison, loopback port aside (RFC 9700 §4.1.3)."""

from app.auth.oauth import errors


def check(asked):
    """Settle where the answer goes. Raises InvalidRedirectUri: told to a person.

    Left out, the only registered one is meant (RFC 6749 §3.1.2.3), but not for OpenID, which
    always names it (OIDC Core §3.1.2.1), nor in a request that is pushed (FAPI 2.0 §5.3.2.2).
    """
    sent = asked.get("redirect_uri")
    if "redirect_uri" in asked.repeated:
        raise _refusal(asked)
    if sent is None:
        named = asked.pushing or "openid" in (asked.get("scope") or "").split()
        only = None if named else asked.client.get_default_redirect_uri()
        if only is None:
            raise _refusal(asked)
    elif not asked.client.check_redirect_uri(sent):
        raise _refusal(asked)
    asked.checked["redirect_uri"] = sent or only
    asked.checked["redirect_uri_sent"] = sent is not None


def trust_outside(asked):
    """Settle where an error goes whose request cannot be opened, if a good address came beside."""
    sent = asked.get("redirect_uri")
    if sent and "redirect_uri" not in asked.repeated and asked.client.check_redirect_uri(sent):
        asked.checked["redirect_uri"] = sent


def _refusal(asked):
    """A signed request is refused as a whole (row 74 of the certified behaviours)."""
    kind = errors.InvalidRequestObject if asked.signed else errors.InvalidRedirectUri
    return errors.InvalidRedirectUri(error=kind.error)
