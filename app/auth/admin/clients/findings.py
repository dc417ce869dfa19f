"""The verification beside the form: what is good, what is wrong, what is still to do."""

from collections import Counter
from typing import NamedTuple

from app.auth.admin.clients import sentences
from app.auth.clients import keys, published
from app.auth.clients.credentials import uses_secret
from app.auth.clients.members import CODE
from app.foundation import words

MOST = 5  # of other things that are told

_KEYS = {"jwks", "jwks_uri"}
_KNOWN = (*keys.ALGORITHMS, *keys.KINDS)
_TOLD = {"redirect_uris", "require_pkce", "scope", *_KEYS}  # members with a finding of their own


class Finding(NamedTuple):
    """state: ``good``, ``bad`` or ``todo``."""

    state: str
    text: str


class Publisher(NamedTuple):
    """Whoever publishes keys at ``jwks_uri`` and is no client yet."""

    jwks_uri: str
    client_id: str = ""


def of(draft):
    """Return the findings about a :class:`drafts.Draft`, its published keys among them.

    Nothing may have been written before; see `published.of`.
    """
    refusals = draft.refusals
    wrong = {refusal.member for refusal in refusals}
    return [
        *_addresses(draft, [r for r in refusals if r.member == "redirect_uris"]),
        *_pkce(draft.given, "require_pkce" in wrong),
        *_proof(draft, wrong),
        *_permissions(draft.given, "scope" in wrong),
        *_others([r for r in refusals if r.member not in _TOLD], draft.read.lines),
    ]


def keys_of(described, client_id=""):
    """Return the public keys (JWKs) that a client so described has registered or publishes now.

    None: they cannot be had.
    """
    if "jwks_uri" not in described:
        return [jwk for jwk in described.get("jwks", {}).get("keys", ()) if isinstance(jwk, dict)]
    return published.of(Publisher(described["jwks_uri"], client_id)).keys() or None


def kinds(jwks):
    """Return the algorithms of keys in words: ``ES256, RSA``."""
    return ", ".join(sorted({kind_of(jwk) for jwk in jwks}))


def kind_of(jwk):
    """Return the algorithm of one key, else what it is; a question mark for what we know not."""
    told = (jwk.get("alg"), jwk.get("kty"))
    return next((name for name in told if name in _KNOWN), "?")


def _addresses(draft, refusals):
    told = draft.given["redirect_uris"]
    places = draft.read.lines["redirect_uris"]
    by_rule = Counter("scheme" if r.rule == "scheme" else "other" for r in refusals if r.line)
    for rule, number in by_rule.items():
        of_rule = (r for r in refusals if r.line and (r.rule == "scheme") == (rule == "scheme"))
        lines = ", ".join(str(places[r.line - 1]) for r in of_rule)
        yield Finding("bad", words.t(f"admin.check.addresses_{rule}", n=number, lines=lines))
    if told and not refusals:
        yield Finding("good", words.t("admin.check.addresses", n=len(told)))
    elif not told and CODE in draft.given["grant_types"]:
        yield Finding("todo", words.t("admin.check.no_address"))


def _pkce(given, wrong):
    if CODE not in given["grant_types"]:
        return
    if wrong:
        yield Finding("bad", words.t("metadata.public_require_pkce"))
    elif given["require_pkce"]:
        yield Finding("good", words.t("admin.check.pkce"))
    else:
        yield Finding("todo", words.t("admin.check.no_pkce"))


def _proof(draft, wrong):
    given = draft.given
    method = given.get("token_endpoint_auth_method", "client_secret_basic")
    before = draft.before and draft.before["token_endpoint_auth_method"]
    if uses_secret(method) and not (before and uses_secret(before)):
        yield Finding("todo", words.t("admin.check.secret"))
    elif before and uses_secret(before) and not uses_secret(method):
        yield Finding("todo", words.t("admin.check.secret_ends"))
    elif method == "none":
        yield Finding("good", words.t("admin.check.public"))
    told = any(draft.values[name] for name in _KEYS)
    if told and not wrong & _KEYS:
        yield _keys(keys_of(given))
    elif told or method == "private_key_jwt":
        yield Finding("bad" if told else "todo", words.t("admin.check.keys_missing"))


def _keys(found):
    if not found:
        return Finding("bad", words.t("admin.check.keys_unread"))
    return Finding("good", words.t("admin.check.keys", n=len(found), kinds=kinds(found)))


def _permissions(given, wrong):
    chosen = given["scope"].split()
    if wrong and chosen:
        yield Finding("bad", words.t("metadata.scope"))
    elif wrong:
        yield Finding("todo", words.t("metadata.missing_scope"))
    elif chosen:
        yield Finding("good", words.t("admin.check.permissions", n=len(chosen)))


def _others(refusals, lines):
    for refusal in refusals[:MOST]:
        state = "todo" if refusal.rule == "missing" else "bad"
        yield Finding(state, sentences.named(refusal, lines))
