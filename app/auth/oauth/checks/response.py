"""Response type and mode: code, in the query (RFC 9700 §2.1.2)."""

from app.auth.oauth import errors, response_modes


def check(asked):
    """Raises InvalidRequest, UnsupportedResponseType, UnauthorizedClient."""
    kind = asked.get("response_type")
    if kind is None:
        raise errors.InvalidRequest("The response_type is missing.")
    if kind != "code":
        raise errors.UnsupportedResponseType
    if not asked.client.check_response_type(kind):
        raise errors.UnauthorizedClient
    mode = asked.get("response_mode") or "query"
    if mode not in response_modes.MODES:
        raise errors.InvalidRequest("The response_mode is not supported.")
    asked.checked["response_mode"] = mode
