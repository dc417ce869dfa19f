"""The redirect URI is registered: exact comparison, loopback port aside (RFC 9700 §4.1.3)."""

from app.auth.oauth import errors


def check(asked):
    """Settle where the answer goes. Raises InvalidRedirectUri: told to a person.

    Left out, the only registered one is meant (RFC 6749 §3.1.2.3), but not for OpenID, which
    always names it (OIDC Core §3.1.2.1).
    """
    sent = asked.get("redirect_uri")
    if "redirect_uri" in asked.repeated:
        raise errors.InvalidRedirectUri
    if sent is None:
        sent_scope = (asked.get("scope") or "").split()
        only = asked.client.get_default_redirect_uri()
        if only is None or "openid" in sent_scope:
            raise errors.InvalidRedirectUri
    elif not asked.client.check_redirect_uri(sent):
        raise errors.InvalidRedirectUri
    asked.checked["redirect_uri"] = sent or only
    asked.checked["redirect_uri_sent"] = sent is not None
