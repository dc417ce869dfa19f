"""The members of a client's description: each one's kind, default and choices, in one table.

RFC 7591 §2, OIDC Registration §2, RP-Initiated §3.1, Front-Channel §2 and Back-Channel §2.2
Logout, RFC 9101 §10.5, RFC 9126 §6. Registration, the back office and discovery read it.
"""

from dataclasses import dataclass
from typing import Any

SIGNING = ("RS256", "PS256", "ES256", "EdDSA")  # what clients, and we for them, may sign with

CODE = "authorization_code"
REFRESH = "refresh_token"
CLIENT = "client_credentials"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


@dataclass(frozen=True)
class Member:
    """One member.

    kind: ``text``, ``uri`` (https), ``list`` (of texts), ``flag``, ``seconds`` or ``object``;
    choices: the only values, where they are few; localized: may come once a language
    (``name#pt-BR``); ours: for the operator to set, never for a client that describes itself.
    """

    kind: str = "text"
    default: Any = None
    choices: tuple = ()
    localized: bool = False
    ours: bool = False


MEMBERS = {
    "client_name": Member(localized=True),
    "client_uri": Member("uri", localized=True),
    "logo_uri": Member("uri", localized=True),
    "policy_uri": Member("uri", localized=True),
    "tos_uri": Member("uri", localized=True),
    "contacts": Member("list", ()),
    "software_id": Member(),
    "software_version": Member(),
    "application_type": Member(default="web", choices=("web", "native")),
    "redirect_uris": Member("list", ()),
    "post_logout_redirect_uris": Member("list", ()),
    "initiate_login_uri": Member("uri"),
    "grant_types": Member("list", (CODE,), (CODE, REFRESH, CLIENT, DEVICE, EXCHANGE)),
    "response_types": Member("list", ("code",), ("code",)),
    "scope": Member(),
    "token_endpoint_auth_method": Member(
        default="client_secret_basic",
        choices=("client_secret_basic", "client_secret_post", "private_key_jwt", "none"),
    ),
    "token_endpoint_auth_signing_alg": Member(choices=SIGNING),
    "jwks": Member("object"),
    "jwks_uri": Member("uri"),
    "subject_type": Member(default="public", choices=("public", "pairwise")),
    "sector_identifier_uri": Member("uri"),
    "id_token_signed_response_alg": Member(default="RS256", choices=SIGNING),
    "userinfo_signed_response_alg": Member(choices=SIGNING),
    "access_token_signed_response_alg": Member(default="ES256", choices=SIGNING),
    "request_object_signing_alg": Member(choices=SIGNING),
    "require_signed_request_object": Member("flag", False),
    "require_pushed_authorization_requests": Member("flag", False),
    "require_pkce": Member("flag", True),
    "default_max_age": Member("seconds"),
    "require_auth_time": Member("flag", False),
    "default_acr_values": Member("list", ()),
    "frontchannel_logout_uri": Member("uri"),
    "frontchannel_logout_session_required": Member("flag", False),
    "backchannel_logout_uri": Member("uri"),
    "backchannel_logout_session_required": Member("flag", False),
    "audiences": Member("list", (), ours=True),
    "institution": Member(ours=True),
}

DEFAULTS = {
    name: list(member.default) if member.kind == "list" else member.default
    for name, member in MEMBERS.items()
    if member.default is not None
}

# What people see of a client, or are sent to: what was looked at when it was verified.
SHOWN = ("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "redirect_uris")

# Known and not served: to pass over one would serve its client less safely than it asked for.
REFUSED = {
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "authorization_signed_response_alg",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "introspection_signed_response_alg",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
}
REFUSED_FLAGS = {"tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens"}


def is_a_service(described):
    """Does it stand for APIs of ours, and send no people here? Only the operator says so."""
    return bool(described["audiences"]) and set(described["grant_types"]) <= {CLIENT, EXCHANGE}


def is_a_machine(described):
    """Does it ask for itself alone, and prove who it is by a key of its own (RFC 7523 §2.2)?"""
    signs = described["token_endpoint_auth_method"] == "private_key_jwt"
    return signs and set(described["grant_types"]) == {CLIENT}
