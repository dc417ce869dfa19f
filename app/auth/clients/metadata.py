"""May a client describe itself so? Pure (RFC 7591 §2, OIDC Registration §2, RFC 8252).

Every refusal names the member and the rule, so that a form can say all of them at once, each
beside its field. What is stored is what was checked here, whichever door it came through (C-09).
"""

import re
from types import MappingProxyType
from urllib.parse import urlsplit

from app.auth.clients import addresses, members
from app.auth.clients.members import DEFAULTS, MEMBERS
from app.foundation.problems import Problem

LONGEST = 2000  # characters of a text
MOST = 50  # members of a list
DEEPEST = 4  # levels of an object: a key set, its list, a key, a list in that

_NONE = MappingProxyType({})
_TAG = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)  # BCP 47, as far as we go


class InvalidMetadata(Problem):
    """The client's description is not acceptable; the sentence names the member.

    member: its name, or None; rule: a short name of what it breaks; line: which of a list, from 1.
    """

    code = "invalid_client_metadata"

    def __init__(self, description=None, *, member=None, rule="other", line=None):
        super().__init__(description)
        self.member, self.rule, self.line = member, rule, line


class InvalidRedirectUri(InvalidMetadata):
    """A redirect URI is not acceptable (RFC 7591 §3.2.2)."""

    code = "invalid_redirect_uri"


class SoftwareStatement(InvalidMetadata):
    """A software statement came; whom to believe them from is not settled (RFC 7591 §3.2.2)."""

    code = "unapproved_software_statement"


def check(given, scopes, *, own=False, kept=_NONE):
    """Return ``given`` (dict) completed with the defaults.

    scopes: those it may ask for, by name (``consents.scopes``); own: the client describes itself,
    so a member nobody knows is passed over (RFC 7591 §2) and one of the operator's stays as it is
    in ``kept`` (dict), the client's description so far; to say otherwise is refused.

    Raises InvalidMetadata, InvalidRedirectUri, SoftwareStatement: the first refusal.
    """
    for refusal in refusals(given, scopes, own=own, kept=kept):
        raise refusal
    return completed(given | _ours(kept), scopes)


def completed(given, scopes):
    """Return the members of ``given`` that this server knows, with the defaults for the others.

    A scope left out is every one of ``scopes`` that speaks of the person and of no bank room.
    """
    known = {n: v for n, v in given.items() if n.partition("#")[0] in MEMBERS and v is not None}
    described = DEFAULTS | known
    asked = described.get("scope")
    names = asked.split() if asked else _of_people(scopes)
    return described | {"scope": " ".join(dict.fromkeys(names))}


def refusals(given, scopes, *, own=False, kept=_NONE):
    """Yield every reason not to take ``given``; see :func:`check`."""
    if not isinstance(given, dict):
        yield InvalidMetadata("The metadata must be a JSON object.")
        return
    ours, told = DEFAULTS | _ours(kept), {n: v for n, v in given.items() if v is not None}
    if own:
        told = {n: v for n, v in told.items() if not (_is_ours(n) and v == ours.get(n))}
    wrong = [refusal for name, value in told.items() for refusal in _of_member(name, value, own)]
    yield from wrong
    if any(refusal.rule == "kind" for refusal in wrong):
        return
    described = completed(given | _ours(kept), scopes)
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        yield from _of_addresses(name, described[name], described["application_type"])
    yield from _of_grants(described)
    yield from _of_authentication(described)
    yield from _of_logout(described)
    yield from _of_scope(described, scopes)


def _of_member(name, value, own):
    plain, member = name.partition("#")[0], MEMBERS.get(name.partition("#")[0])
    if plain == "software_statement":
        yield SoftwareStatement("Software statements are not supported.", member=plain)
    elif plain in members.REFUSED or (plain in members.REFUSED_FLAGS and value is not False):
        yield _wrong(plain, "unsupported", "asks for what this server does not do")
    elif member is None:
        if not own and plain not in members.REFUSED_FLAGS:
            yield _wrong(name, "unknown", "is not a member that this server knows")
    elif "#" in name and not (member.localized and _TAG.fullmatch(name.partition("#")[2])):
        yield _wrong(name, "localized", "cannot be localized")
    elif member.ours and own:
        yield _wrong(name, "ours", "is for the operator to set")
    else:
        yield from _of_value(name, value, member)


def _of_value(name, value, member):
    plain = name.partition("#")[0]
    if not _KINDS[member.kind](value):
        yield _wrong(name, "kind", "has a value of the wrong kind")
        return
    if member.kind == "uri" and not addresses.is_https(value):
        yield _wrong(name, "https", "must be an https address")
    if member.kind == "list" and len(value) > MOST:
        yield _wrong(name, "most", f"has more than {MOST} members")
    asked = value if isinstance(value, list) else [value]
    if member.choices and not set(asked) <= set(member.choices):
        yield _wrong(plain, "choice", f"may only be {', '.join(sorted(member.choices))}")


def _of_addresses(name, uris, application_type):
    for line, uri in enumerate(uris, 1):
        rule = addresses.broken_rule(uri, application_type)
        if rule:
            yield InvalidRedirectUri(
                f"{name}: a redirect URI {addresses.RULES[rule]}.",
                member=name,
                rule=rule,
                line=line,
            )


def _of_grants(described):
    grants = set(described["grant_types"])
    if members.CODE in grants and not described["redirect_uris"]:
        yield _wrong("redirect_uris", "missing", "is missing; the code grant needs at least one")
    if members.CODE not in grants and members.REFRESH in grants and members.DEVICE not in grants:
        yield _wrong("grant_types", "refresh", "has a refresh token and no grant that begins one")
    public = described["token_endpoint_auth_method"] == "none"
    if public and grants & {members.CLIENT, members.EXCHANGE}:
        yield _wrong("grant_types", "public", "has a grant for clients that authenticate alone")
    if members.EXCHANGE in grants and not described["audiences"]:
        yield _wrong("grant_types", "exchange", "has token exchange, which is for audiences alone")


def _of_authentication(described):
    method = described["token_endpoint_auth_method"]
    if method == "none" and not described["require_pkce"]:
        yield _wrong("require_pkce", "public", "must be true: a public client always uses PKCE")
    if "jwks" in described and "jwks_uri" in described:
        yield _wrong("jwks", "both", "and jwks_uri exclude each other")
    signs = method == "private_key_jwt" or described["require_signed_request_object"]
    if signs and not ("jwks" in described or "jwks_uri" in described):
        yield _wrong("jwks_uri", "missing", "or jwks is missing; the client signs")


def _of_logout(described):
    """A page that we open in a frame is the client's own (OIDC Front-Channel Logout §2)."""
    page = described.get("frontchannel_logout_uri")
    web = [uri for uri in described["redirect_uris"] if uri.startswith("https:")]
    good = (uri for uri in web if addresses.broken_rule(uri, "web") is None)
    if page and addresses.origin(page) not in {addresses.origin(uri) for uri in good}:
        yield _wrong(
            "frontchannel_logout_uri", "origin", "has another origin than every redirect URI"
        )


def _ours(described):
    return {name: value for name, value in described.items() if _is_ours(name)}


def _is_ours(name):
    return name in MEMBERS and MEMBERS[name].ours


def _of_scope(described, scopes):
    asked = set(described["scope"].split())
    if asked - set(scopes):
        yield _wrong("scope", "scope", "names a permission that may not be registered here")
        return
    if any(scopes[name].internal for name in asked) and not members.is_a_service(described):
        yield _wrong("scope", "internal", "has a permission for services of our own alone")
    if any(scopes[name].machine for name in asked) and not members.is_a_machine(described):
        yield _wrong("scope", "machine", "has a permission for machines, which sign for themselves")
    if described["subject_type"] == "pairwise":
        if any(scopes[name].room for name in asked):
            yield _wrong("scope", "pairwise", "has a bank's permission, where people have one name")
        hosts = {urlsplit(uri).hostname for uri in described["redirect_uris"]}
        alone = len(hosts) == 1 and None not in hosts
        if not alone and "sector_identifier_uri" not in described:
            yield _wrong(
                "sector_identifier_uri", "missing", "is missing; no one host is the sector"
            )


def _of_people(scopes):
    return [name for name, scope in scopes.items() if not (scope.room or scope.internal)]


def _wrong(name, rule, sentence):
    kind = InvalidRedirectUri if name == "redirect_uris" else InvalidMetadata
    return kind(f"{_shown(name)} {sentence}.", member=name, rule=rule)


def _is_text(value):
    return isinstance(value, str) and len(value) <= LONGEST and value.isprintable()


def _is_list(value):
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return texts and all(item.isprintable() for item in value)


def _is_flat(value, levels):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels >= 0 and all(_is_flat(item, levels - 1) for item in inner)


def _is_seconds(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


_KINDS = {
    "text": _is_text,
    "uri": _is_text,
    "list": _is_list,
    "flag": lambda value: isinstance(value, bool),
    "seconds": _is_seconds,
    "object": lambda value: isinstance(value, dict) and _is_flat(value, DEEPEST),
}


def _shown(name):
    return name if name.isascii() and name.isprintable() and len(name) < 60 else "A member"
