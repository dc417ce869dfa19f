"""The table of client authentication methods; a request that uses two is refused.

A client uses exactly the method it is registered for (RFC 6749 §2.3). Unknown client, wrong
secret and wrong method are one and the same answer.
"""

from app.auth.oauth import errors
from app.auth.oauth.client_auth import none, private_key_jwt, shared_secret

METHODS = {
    "client_secret_basic": shared_secret.basic,
    "client_secret_post": shared_secret.post,
    private_key_jwt.NAME: private_key_jwt.assertion,
    "none": none.public,
}


def authenticate(request, methods):
    """Return the :class:`ClientRecord` that ``request`` proves to come from.

    methods: those the endpoint allows. Raises InvalidRequest, InvalidClient.
    """
    used = [name for name in ("client_secret", "client_assertion") if request.form.get(name)]
    if "Authorization" in request.headers:
        used.append("Authorization")
    if len(used) > 1:
        raise errors.InvalidRequest("Two ways of client authentication were used.")
    for method in methods:
        client = METHODS[method](request)
        if client is not None:
            if client.disabled or not client.check_endpoint_auth_method(method, None):
                break
            request.auth_method = method
            return client
    raise errors.InvalidClient
