"""The form that describes a client: what was typed, to RFC 7591 metadata and back. Pure.

A field is named after its member. What the form does not show (names in other languages, members
few applications have) stays as it was.
"""

import json
from dataclasses import dataclass, field

from app.auth.clients.members import CLIENT, CODE, DEVICE, EXCHANGE, MEMBERS, REFRESH
from app.auth.clients.metadata import InvalidMetadata
from app.auth.consents import scopes
from app.foundation import intake

KINDS = ("web", "native", "service")
LINES = ("redirect_uris", "post_logout_redirect_uris", "contacts", "audiences")  # one a line
SIGNATURES = (
    "id_token_signed_response_alg",
    "access_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "token_endpoint_auth_signing_alg",
    "request_object_signing_alg",
)
CHOICES = ("token_endpoint_auth_method", "subject_type", *SIGNATURES)
FLAGS = (
    "require_pkce",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "frontchannel_logout_session_required",
    "backchannel_logout_session_required",
)
TEXTS = (
    "client_name",
    "institution",
    "jwks_uri",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "frontchannel_logout_uri",
    "backchannel_logout_uri",
    "sector_identifier_uri",
)
MANY = ("scope", "grant_types")
GRANTS = (CODE, REFRESH, DEVICE, CLIENT, EXCHANGE)
OF_PEOPLE = (CODE, REFRESH, DEVICE)  # grants that begin with a person

_AFTER = {"scope", "grant_types", "application_type", "jwks"}
SHOWN = frozenset({*LINES, *CHOICES, *FLAGS, *TEXTS, *_AFTER})


@dataclass(frozen=True)
class Read:
    """What the form says: metadata, what is wrong with the form itself, and where lines stood.

    lines: of each list, the place in its field of each address, from 1.
    """

    given: dict
    wrong: list = field(default_factory=list)
    lines: dict = field(default_factory=dict)


def empty():
    """Return the values of the form before anything is filled in."""
    values = dict.fromkeys((*LINES, *CHOICES, *TEXTS, "jwks"), "")
    defaults = {name: MEMBERS[name].default or "" for name in CHOICES[1:]}
    flags = {name: MEMBERS[name].default for name in FLAGS}
    chosen = {"kind": "web", "scope": ["openid", "profile"], "grant_types": []}
    return values | defaults | flags | chosen


def of(described):
    """Return the values of the form for a client so described (dict)."""
    values = {name: described.get(name) or "" for name in (*CHOICES, *TEXTS)}
    values |= {name: "\n".join(described.get(name) or ()) for name in LINES}
    values |= {name: bool(described.get(name, MEMBERS[name].default)) for name in FLAGS}
    jwks = described.get("jwks")
    return values | {
        "jwks": json.dumps(jwks, indent=2) if jwks else "",
        "kind": kind_of(described),
        "scope": described["scope"].split(),
        "grant_types": list(described["grant_types"]),
    }


def typed(form):
    """Return the values that a posted ``form`` (a multi-dict of texts) holds."""
    values = {name: form.get(name, "").strip() for name in (*CHOICES, *TEXTS, "jwks")}
    values |= {name: form.get(name, "").replace("\r\n", "\n") for name in LINES}
    values |= {name: name in form for name in FLAGS}
    values["institution"] = form.get("pick", values["institution"])
    kind = form.get("kind", "")
    return (
        values
        | {name: form.getlist(name) for name in MANY}
        | {"kind": kind if kind in KINDS else KINDS[0]}
    )


def kind_of(described):
    """Return which of :data:`KINDS` a client is: as it is shown, not a member of its own."""
    if not {CODE, DEVICE} & set(described["grant_types"]):
        return "service"
    public = described["token_endpoint_auth_method"] == "none"
    return "native" if public or described["application_type"] == "native" else "web"


def read(values, before=None):
    """Return what ``values`` describe, as :class:`Read`. before: the client as it is, or None."""
    kept = {n: v for n, v in (before or {}).items() if n not in SHOWN}
    same_kind = before is not None and kind_of(before) == values["kind"]
    texts = {name: values[name] for name in (*TEXTS, *CHOICES) if values[name]}
    lists, lines = _lists(values)
    given = kept | texts | lists | {name: values[name] for name in FLAGS}
    given |= {
        "application_type": before["application_type"] if same_kind else _type(values["kind"]),
        "grant_types": _grants(values, lists["redirect_uris"], same_kind),
        # Left out it would be all that speaks of a person.
        "scope": " ".join([*_scope(values, same_kind), *_internal(before)]) or " ",
    }
    if not values["token_endpoint_auth_method"] and values["kind"] == "native":
        given["token_endpoint_auth_method"] = "none"
    wrong = list(_wrong(values))
    try:
        given |= {"jwks": intake.json_object(values["jwks"].encode())} if values["jwks"] else {}
    except intake.Malformed:
        wrong.append(InvalidMetadata("jwks is not JSON.", member="jwks", rule="json"))
    return Read(given, wrong, lines)


def _lists(values):
    lists, lines = {}, {}
    for name in LINES:
        told = [(n, line.strip(" \t")) for n, line in enumerate(values[name].split("\n"), 1)]
        lists[name] = [line for _, line in told if line]
        lines[name] = [number for number, line in told if line]
    return lists, lines


def _type(kind):
    return "native" if kind == "native" else "web"


def _scope(values, same_kind):
    """The permissions that were chosen; what speaks of a person is nothing to a service."""
    of_people = {name for name, scope in scopes.CATALOGUE.items() if not scope.room}
    useless = of_people if values["kind"] == "service" and not same_kind else ()
    return [name for name in values["scope"] if name not in useless]


def _internal(before):
    """What the operator gave a service or a machine: no form has it, and none takes it away."""
    return [name for name in (before or {}).get("scope", "").split() if name in scopes.OPERATORS]


def _grants(values, redirect_uris, same_kind):
    """The grants that were chosen, with the one that makes the client of its kind."""
    chosen = {grant for grant in values["grant_types"] if grant}
    if values["kind"] == "service":
        chosen -= set(OF_PEOPLE)
        chosen |= set() if same_kind else {CLIENT}
    elif same_kind:
        chosen |= set() if chosen & {CODE, DEVICE} else {CODE}
    elif redirect_uris or DEVICE not in chosen:
        chosen.add(CODE)
    known = [grant for grant in GRANTS if grant in chosen]
    return known + sorted(chosen - set(known))


def _wrong(values):
    people = values["kind"] != "service"
    if people and not values["client_name"]:
        yield InvalidMetadata("client_name is missing.", member="client_name", rule="missing")
    if people and not values["scope"]:
        yield InvalidMetadata("scope is missing.", member="scope", rule="missing")
