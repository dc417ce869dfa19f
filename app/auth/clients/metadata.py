"""May a client describe itself so? Pure (RFC 7591 §2, OIDC Registration §2, RFC 8252).

One table says each member's kind; what is not in the table is refused by name, so a typing
mistake never becomes a client with another meaning.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from app.foundation.problems import Problem

LONGEST_URI = 2000
MOST = 50  # members of a list
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_AUTHORITY = re.compile(r"[a-z0-9.-]*(\[[0-9a-f:]+\])?(:[0-9]+)?", re.IGNORECASE)


class InvalidMetadata(Problem):
    """The client's description is not acceptable; the sentence names the member."""

    code = "invalid_client_metadata"


class InvalidRedirectUri(InvalidMetadata):
    """A redirect URI is not acceptable (RFC 7591 §3.2.2)."""

    code = "invalid_redirect_uri"


DEFAULTS = {
    "application_type": "web",
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "scope": "openid",
    "redirect_uris": [],
    "post_logout_redirect_uris": [],
    "id_token_signed_response_alg": "RS256",
    "access_token_signed_response_alg": "ES256",
    "require_pkce": True,
    "audiences": [],
    "contacts": [],
}

CHOICES = {
    "application_type": {"web", "native"},
    "token_endpoint_auth_method": {"client_secret_basic", "client_secret_post", "none"},
    "grant_types": {"authorization_code", "refresh_token", "client_credentials"},
    "response_types": {"code"},
    "id_token_signed_response_alg": {"RS256", "ES256"},
    "access_token_signed_response_alg": {"RS256", "ES256"},
}

TEXTS = {"client_name", "software_id", "software_version", "scope"}
URIS = {"client_uri", "logo_uri", "policy_uri", "tos_uri"}
LISTS = {"redirect_uris", "post_logout_redirect_uris", "audiences", "contacts"}
FLAGS = {"require_pkce"}
LOCALIZED = {"client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri"}  # "name#pt-BR"


def check(given, scopes):
    """Return ``given`` (dict) completed with the defaults.

    scopes: every scope this server knows.

    Raises InvalidMetadata, InvalidRedirectUri: naming the member and the rule.
    """
    if not isinstance(given, dict):
        raise InvalidMetadata("The metadata must be a JSON object.")
    described = DEFAULTS | {name: value for name, value in given.items() if value is not None}
    for name, value in described.items():
        _check_member(name, value)
    for uri in described["redirect_uris"] + described["post_logout_redirect_uris"]:
        _check_redirect_uri(uri, described["application_type"])
    described["scope"] = " ".join(dict.fromkeys(described["scope"].split()))
    _check_together(described, scopes)
    return described


def _check_member(name, value):
    plain = name.partition("#")[0]
    if "#" in name and plain not in LOCALIZED:
        raise InvalidMetadata(f"{_shown(name)} cannot be localized.")
    if plain in FLAGS:
        right = isinstance(value, bool)
    elif plain in LISTS or isinstance(DEFAULTS.get(plain), list):
        right = isinstance(value, list) and all(isinstance(item, str) for item in value)
    elif plain in TEXTS | URIS | set(CHOICES):
        right = isinstance(value, str) and len(value) <= LONGEST_URI
    else:
        raise InvalidMetadata(f"{_shown(name)} is not a member that this server knows.")
    if not right or not _printable(value):
        refusal = InvalidRedirectUri if plain == "redirect_uris" else InvalidMetadata
        raise refusal(f"{_shown(name)} has a value of the wrong kind.")
    asked = value if isinstance(value, list) else [value]
    if plain in CHOICES and not set(asked) <= CHOICES[plain]:
        raise InvalidMetadata(f"{name} may only be {', '.join(sorted(CHOICES[plain]))}.")
    if plain in URIS and not _is_https(value):
        raise InvalidMetadata(f"{_shown(name)} must be an https address.")


def _check_together(described, scopes):
    grants = described["grant_types"]
    if "authorization_code" in grants and not described["redirect_uris"]:
        raise InvalidRedirectUri("redirect_uris is missing; the code grant needs at least one.")
    for name in sorted(LISTS):
        if len(described[name]) > MOST:
            kind = InvalidRedirectUri if name == "redirect_uris" else InvalidMetadata
            raise kind(f"{name} has more than {MOST} members.")
    public = described["token_endpoint_auth_method"] == "none"
    if public and "client_credentials" in grants:
        raise InvalidMetadata("grant_types: client_credentials needs a client that authenticates.")
    if public and not described["require_pkce"]:
        raise InvalidMetadata("require_pkce: a public client always uses PKCE.")
    unknown = set(described["scope"].split()) - set(scopes)
    if unknown:
        raise InvalidMetadata("scope names a permission that this server does not know.")


def _check_redirect_uri(uri, application_type):
    """Exact addresses only: https, loopback http, or a native app's own scheme (RFC 8252 §7)."""
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise InvalidRedirectUri("A redirect URI is not a valid address.") from None
    if len(uri) > LONGEST_URI or not uri.isascii() or not uri.isprintable() or " " in uri:
        raise InvalidRedirectUri("A redirect URI is too long or has characters to be encoded.")
    if "#" in uri or "*" in uri or "\\" in uri or parts.username is not None:
        raise InvalidRedirectUri("A redirect URI has no fragment, wildcard or user name.")
    if not _AUTHORITY.fullmatch(parts.netloc):
        raise InvalidRedirectUri("A redirect URI names a host with characters no host has.")
    if parts.scheme == "https":
        right = bool(host)
    elif parts.scheme == "http":
        right = is_loopback(host)
    else:
        own = _SCHEME.fullmatch(parts.scheme or "") and "." in parts.scheme
        right = bool(own) and application_type == "native"
    if not right:
        raise InvalidRedirectUri(
            "A redirect URI is https, http on loopback, or a native app's own reversed domain."
        )


def is_loopback(host):
    """Is ``host`` this very machine, by name or by address?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_https(value):
    try:
        parts = urlsplit(value)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _printable(value):
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return all(text.isprintable() for text in texts)


def _shown(name):
    return name if name.isascii() and name.isprintable() and len(name) < 60 else "A member"
