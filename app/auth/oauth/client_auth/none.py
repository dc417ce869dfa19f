"""``none``: a public client says who it is and proves it by PKCE alone (RFC 7591 §2)."""

from app.auth.clients import registry


def public(request):
    """Return the client named in the body when it shows no credential, else None.

    An empty secret counts as none (RFC 6749 §3.2).
    """
    client_id = request.form.get("client_id")
    bare = "Authorization" not in request.headers and not request.form.get("client_secret")
    return registry.find(client_id) if client_id and bare else None
