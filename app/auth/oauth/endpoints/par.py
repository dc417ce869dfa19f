"""The pushed authorization request endpoint (RFC 9126)."""

from authlib.consts import default_json_headers
from flask import current_app, request

from app.auth.interactions import pushed_requests
from app.auth.oauth import errors, form, pipeline, server
from app.auth.oauth.client_auth import registry
from app.auth.oauth.draft import Draft

METHODS = tuple(registry.METHODS)  # those of the token endpoint (§2)

par = form.in_browsers_too(form.blueprint("par", __name__))


@par.post("/oauth/par")
def push():
    """Check what will be asked and keep it for its client; every refusal is told here (§2.3)."""
    oauth = server.current()
    came = oauth.create_oauth2_request(request)
    try:
        client = oauth.authenticate_client(came, METHODS, "par")
        asked = Draft.read(request.form, client)
        pipeline.check(asked)
        request_uri = pushed_requests.keep(client.client_id, asked.known())
        if request_uri is None:
            raise errors.InvalidClient
    except errors.Refused as error:
        return oauth.handle_error_response(came, error)
    seconds = current_app.config["PUSHED_REQUEST_SECONDS"]
    answer = {"request_uri": request_uri, "expires_in": seconds}
    return oauth.handle_response(201, answer, default_json_headers)
