"""What was pushed is fetched by its ``request_uri`` (RFC 9126 §4); nothing else is by reference."""

from app.auth.interactions import pushed_requests
from app.auth.oauth import errors
from app.auth.oauth.checks import redirect_uri
from app.foundation import digests


def check(asked):
    """Go on with the parameters that were pushed, and nothing of the query but the client.

    Raises InvalidRequest: when a request pushed names one (§2.1), InvalidRequestUri,
    RequestUriNotSupported: for any other address, which is never fetched.
    """
    request_uri = asked.get("request_uri")
    if request_uri is None:
        return
    if asked.pushing:
        raise errors.InvalidRequest("The request_uri must not be pushed.")
    if not request_uri.startswith(pushed_requests.PREFIX):
        redirect_uri.trust_outside(asked)
        raise errors.RequestUriNotSupported
    repeated = "request_uri" in asked.repeated
    pushed = None if repeated else pushed_requests.find(request_uri, asked.client.client_id)
    if pushed is None:
        raise errors.InvalidRequestUri
    asked.replace(pushed)
    asked.repeated = frozenset()
    asked.pushed = digests.of(request_uri).hex()
