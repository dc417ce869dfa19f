"""``none``: a public client says who it is and proves it by PKCE alone (RFC 7591 §2)."""

from app.auth.clients import registry

CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")


def public(request):
    """Return the client named in the body when it shows no credential, else None.

    An empty secret or assertion counts as none (RFC 6749 §3.2).
    """
    client_id = request.form.get("client_id")
    shown = "Authorization" in request.headers or any(map(request.form.get, CREDENTIALS))
    return registry.find(client_id) if client_id and not shown else None
