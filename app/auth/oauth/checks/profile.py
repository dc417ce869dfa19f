"""What this client insists on: to push its requests, to sign them (RFC 9126 §6, RFC 9101 §10.5)."""

from flask import current_app

from app.auth.oauth import errors


def check(asked):
    """Raises InvalidRequest: when it was not pushed, or not signed, and had to be.

    What was pushed had to be signed then.
    """
    if asked.pushed:
        return
    registered = asked.client.described
    if registered["require_signed_request_object"] and not asked.signed:
        raise errors.InvalidRequest("The request is missing; this client signs its requests.")
    if asked.pushing:
        return
    must = registered["require_pushed_authorization_requests"]
    if must or current_app.config["PUSHED_REQUESTS_REQUIRED"]:
        raise errors.InvalidRequest("The request_uri is missing; requests must be pushed.")
