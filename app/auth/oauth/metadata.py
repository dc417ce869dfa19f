"""The discovery document, derived from what is registered (RFC 8414 §2, OIDC Discovery §3)."""

from flask import current_app

from app.auth.clients.members import MEMBERS
from app.auth.consents import scopes
from app.auth.consents.details import registry as details
from app.auth.keys import ring
from app.auth.oauth import response_modes, server
from app.auth.oauth.checks import prompt, request_object
from app.auth.oauth.introspection import Introspection
from app.auth.oauth.revocation import Revocation
from app.auth.sessions import assurance

ENDPOINTS = {
    "authorization_endpoint": "authorize.ask",
    "pushed_authorization_request_endpoint": "par.push",
    "token_endpoint": "token.issue",
    "device_authorization_endpoint": "device_authorization.ask",
    "introspection_endpoint": "introspect.tell",
    "revocation_endpoint": "revoke.take_back",
    "userinfo_endpoint": "userinfo.tell",
    "jwks_uri": "jwks.show",
    "end_session_endpoint": "logout_endpoint.ask",
    "registration_endpoint": "register.accept",
}
SIGNED_AT = ("token", "revocation", "introspection")  # endpoints where clients may sign
OF_TOKENS = ("iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")


def document():
    """Return the document (dict): an endpoint where a route is, a value where it works."""
    issuer = current_app.config["ISSUER"]
    rules = {rule.endpoint: rule.rule for rule in current_app.url_map.iter_rules()}
    signed_by = list(MEMBERS["token_endpoint_auth_signing_alg"].choices)
    addresses = {name: f"{issuer}{rules[e]}" for name, e in ENDPOINTS.items() if e in rules}
    return {
        "issuer": issuer,
        **addresses,
        "scopes_supported": list(scopes.CATALOGUE),
        "claims_supported": sorted({*scopes.CLAIMS, *OF_TOKENS}),
        "response_types_supported": list(MEMBERS["response_types"].choices),
        "response_modes_supported": list(response_modes.MODES),
        "grant_types_supported": server.current().grant_types,
        "subject_types_supported": list(MEMBERS["subject_type"].choices),
        "id_token_signing_alg_values_supported": _signing("id_token_signed_response_alg"),
        "userinfo_signing_alg_values_supported": _signing("userinfo_signed_response_alg"),
        "token_endpoint_auth_methods_supported": list(Revocation.CLIENT_AUTH_METHODS),
        "revocation_endpoint_auth_methods_supported": list(Revocation.CLIENT_AUTH_METHODS),
        "introspection_endpoint_auth_methods_supported": list(Introspection.CLIENT_AUTH_METHODS),
        **{f"{name}_endpoint_auth_signing_alg_values_supported": signed_by for name in SIGNED_AT},
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": list(prompt.VALUES),
        "acr_values_supported": list(assurance.ATTAINABLE),
        **_logout(),
        "ui_locales_supported": list(current_app.extensions["words"].catalogues),
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "authorization_details_types_supported": list(details.TABLE),  # RFC 9396 §10
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": list(request_object.ALGORITHMS),
        "request_uri_parameter_supported": False,  # by reference; what was pushed is no reference
        "require_pushed_authorization_requests": current_app.config["PUSHED_REQUESTS_REQUIRED"],
    }


def _logout():
    """Both channels, where clients may register for them; with ``sid`` if ID tokens have it."""
    known = {way: f"{way}_logout_uri" in MEMBERS for way in ("backchannel", "frontchannel")}
    named = {f"{way}_logout_session_supported": "sid" in OF_TOKENS for way in known if known[way]}
    return {f"{way}_logout_supported": there for way, there in known.items()} | named


def _signing(member):
    """The algorithms a client may register for ``member`` that have an active key."""
    return [alg for alg in ring.current().algorithms() if alg in MEMBERS[member].choices]
