"""Protected resource metadata: which issuer, which scopes (RFC 9728).

Deviation: the resource named is the API or its part, the audience a token must have, and not the
one address that was called, as RFC 9728 §3.3 has it for metadata found through a challenge; an
audience for every address would make a token for every address.
"""

from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify

WELL_KNOWN = "/.well-known/oauth-protected-resource"
_MAX_AGE_SECONDS = 300
_PUBLISHED = ("scopes", "details")


def url(audience, path):
    """Return where the metadata of ``audience`` + ``path`` stands (RFC 9728 §3.1)."""
    parts = urlsplit(audience)
    return f"{parts.scheme}://{parts.netloc}{WELL_KNOWN}{parts.path}{path}"


def blueprint(trust, resources):
    """Return the routes that publish ``resources``, the whole API first.

    Each is found where RFC 9728 §3.1 says, and also by its bare path, since the whole API is what
    one host serves.
    """
    whole = [set().union(*(getattr(each, what) for each in resources)) for what in _PUBLISHED]
    documents = {}
    for resource in resources:
        own = [getattr(resource, what) for what in _PUBLISHED]
        document = _document(trust, resource.path, *(own if resource.path else whole))
        documents[resource.path.strip("/")] = document
        documents[(urlsplit(trust.audience).path + resource.path).strip("/")] = document
    published = Blueprint("oauth_protected_resource", __name__)

    @published.get(WELL_KNOWN, defaults={"path": ""})
    @published.get(f"{WELL_KNOWN}/<path:path>")
    def show(path):
        """Answer the metadata of one resource."""
        response = jsonify(documents.get(path) or abort(404))
        response.cache_control.public = True
        response.cache_control.max_age = _MAX_AGE_SECONDS
        return response

    return published


def _document(trust, path, scopes, details):
    told = {
        "resource": trust.audience + path,
        "authorization_servers": [trust.issuer],
        "scopes_supported": sorted(scopes),
        "bearer_methods_supported": ["header"],
    }
    if details:
        told["authorization_details_types_supported"] = sorted(details)
    if trust.jwks_uri:
        told["jwks_uri"] = trust.jwks_uri
    return told
