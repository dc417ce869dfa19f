"""A client in words: its state, its kind, and what it has registered."""

import json
from datetime import timedelta
from typing import NamedTuple

from app.auth.accounts import lookup
from app.auth.admin.clients import fields, findings, sentences
from app.auth.admin.entries import Badge, no_person
from app.auth.clients import credentials, directory, documents
from app.auth.clients.members import DEFAULTS, MEMBERS
from app.auth.consents import scopes
from app.auth.people import naming
from app.foundation import clock, words

SECTIONS = {
    "identity": (
        *("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "contacts"),
        *("software_id", "software_version", "institution"),
    ),
    "addresses": (
        *("redirect_uris", "post_logout_redirect_uris", "initiate_login_uri"),
        *("frontchannel_logout_uri", "backchannel_logout_uri"),
    ),
}
_ALWAYS = {"grant_types", "token_endpoint_auth_method", "require_pkce"}
_WORDS = {"client_name", "contacts", "require_pkce"}
_AT_ONCE = timedelta(seconds=1)
_LONGEST = 200  # characters of a key's name that are shown


class Fact(NamedTuple):
    """label: what it is, in words; values: what stands there, a line each; mono: a machine's."""

    label: str
    values: list
    mono: bool = False


class Row(NamedTuple):
    """A client in the list."""

    id: str
    name: str
    kind: str
    badges: list
    last_used: str


class Permission(NamedTuple):
    """A scope: its name, and the words that people read."""

    name: str
    title: str


def described(client):
    """Return a client's metadata (dict), with the defaults for what it left out."""
    return DEFAULTS | json.loads(client.described)


def name_of(client):
    """Return what to call a client."""
    return described(client).get("client_name") or client.id


def badges(client):
    """Return the states a client is in."""
    if client.disabled_at:
        yield Badge("danger", words.t("admin.state.disabled"))
    else:
        yield Badge("ok", words.t("admin.state.active"))
    if client.verified_at is None:
        yield Badge("warn", words.t("admin.state.unverified"))
    if (client.last_used_at or client.created_at) < clock.now() - directory.UNUSED:
        yield Badge("info", words.t("admin.state.unused"))


def row(client):
    """Return a client as the list shows it."""
    return Row(client.id, name_of(client), kind(client), list(badges(client)), last_used(client))


def last_used(client):
    """Return when a client last proved itself, in words."""
    if client.last_used_at is None:
        return words.t("admin.never_used")
    return words.t("admin.used", ago=words.ago(client.last_used_at, clock.now()))


def about(client):
    """Return how long we know a client and by whom, as facts."""
    now = clock.now()
    registered = [words.when(client.created_at, now), *_who(client.registered_by)]
    yield Fact(words.t("admin.registered"), registered)
    if client.updated_at - client.created_at > _AT_ONCE:
        yield Fact(words.t("admin.updated"), [words.when(client.updated_at, now)])
    yield Fact(words.t("admin.last_used"), [last_used(client)])


def registered(told):
    """Return what a client has registered, as facts by section; defaults only where they matter."""
    found = {section: [] for section in (*SECTIONS, "security")}
    for name in sorted(told, key=_place):
        section = next((s for s, names in SECTIONS.items() if _plain(name) in names), "security")
        values = _values(told[name])
        matters = section != "security" or name in _ALWAYS or told[name] != DEFAULTS.get(name)
        if values and matters and _plain(name) not in {"scope", "jwks"}:
            found[section].append(Fact(sentences.label(name), values, _plain(name) not in _WORDS))
    return found


def permissions(names=tuple(scopes.CATALOGUE)):
    """Return those scopes as a person reads of them."""
    return [
        Permission(name, words.t(f"scope.{name.replace(':', '_')}.title"))
        for name in names
        if name in scopes.CATALOGUE
    ]


def keys(client):
    """Return the client's public keys as pairs of kind and name; None: they cannot be had."""
    found = findings.keys_of(described(client), client.id)
    if found is None:
        return None
    return [(findings.kind_of(jwk), str(jwk.get("kid", ""))[:_LONGEST]) for jwk in found]


def secrets(client_id):
    """Return when each secret in use was made and until when it is good, in words."""
    now = clock.now()
    for secret in credentials.in_use(client_id):
        made = words.t("admin.secret.made", when=words.when(secret.created_at, now))
        if secret.ends_at is None:
            yield made
        else:
            until = words.t("admin.secret.until", when=words.when(secret.ends_at, now))
            yield f"{made}; {until}"


def kind(client):
    """Return what kind of application it is, in words."""
    document = documents.CATALOGUE.get(client.id)
    if document:
        return words.t("admin.kind.document", number=document.number)
    return words.t(f"admin.kind.{fields.kind_of(described(client))}")


def _who(actor):
    """Whoever registered a client, as words and the identifier they are known by."""
    person = lookup.by_sub(actor)
    called = naming.called(person) if person else no_person(actor)
    return [called or actor]


def _values(value):
    if isinstance(value, bool):
        return [words.t("admin.yes" if value else "admin.no")]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [] if value in (None, "") else [str(value)]


def _plain(name):
    return name.partition("#")[0]


def _place(name):
    order = list(MEMBERS)
    plain = _plain(name)
    return order.index(plain) if plain in order else len(order), name
