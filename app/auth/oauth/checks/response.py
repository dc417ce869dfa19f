"""Response type and mode: code, in the query or by a form (RFC 9700 §2.1.2)."""

from app.auth.oauth import errors, response_modes

LINE_ENDS = {"\r", "\n"}  # browsers send both as CR LF (HTML §4.10.21.7)


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
    if not response_modes.reaches(mode, asked.checked["redirect_uri"]):
        raise errors.InvalidRequest("The response_mode cannot reach a redirect_uri of this scheme.")
    if mode == "form_post" and LINE_ENDS & set(asked.get("state") or ""):
        raise errors.InvalidRequest("The state has a line end, which a form does not keep whole.")
    asked.checked["response_mode"] = mode
