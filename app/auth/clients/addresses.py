"""The addresses a client may name: where answers go, and where its papers lie. Pure.

Each rule has a short name, by which a page finds its words for people.
"""

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST = 2000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_AUTHORITY = re.compile(r"[a-z0-9.-]*(\[[0-9a-f:]+\])?(:[0-9]+)?", re.IGNORECASE)

RULES = {
    "malformed": "is not a valid address",
    "characters": "is too long or has characters to be encoded",
    "fragment": "has no fragment, wildcard or user name",
    "host": "names a host with characters no host has",
    "scheme": "is https, http on loopback, or a native app's own reversed domain",
    "https": "is an https address without user name",
}


def broken_rule(uri, application_type):
    """Return the name of the rule in :data:`RULES` that a redirect URI breaks, or None.

    Exact addresses only: https, loopback http, or a native app's own scheme (RFC 8252 §7).
    """
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "malformed"
    if len(uri) > LONGEST or not uri.isascii() or not uri.isprintable() or " " in uri:
        return "characters"
    if "#" in uri or "*" in uri or "\\" in uri or parts.username is not None:
        return "fragment"
    if not _AUTHORITY.fullmatch(parts.netloc):
        return "host"
    return None if _has_scheme(parts, host, application_type) else "scheme"


def is_loopback(host):
    """Is ``host`` this very machine, by name or by address?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_https(value):
    """Is ``value`` an https address without user name or fragment?"""
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        return False
    secure = parts.scheme == "https" and bool(parts.hostname)
    return secure and parts.username is None and "#" not in value


def origin(uri):
    """Return the web origin of an address that was checked here: ``https://host:port``.

    Small letters, without the port that its scheme implies (RFC 6454 §6.2).
    """
    parts = urlsplit(uri)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    implied = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in {None, implied} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _has_scheme(parts, host, application_type):
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme == "http":
        return is_loopback(host)
    own = _SCHEME.fullmatch(parts.scheme or "") and "." in parts.scheme
    return bool(own) and application_type == "native"
