"""Request objects are refused, not ignored (OIDC Core §6; R-10)."""

from app.auth.oauth import errors


def check(asked):
    """Raises RequestNotSupported, RequestUriNotSupported: values inside are never taken."""
    if asked.get("request"):
        raise errors.RequestNotSupported
    if asked.get("request_uri"):
        raise errors.RequestUriNotSupported
