"""Where an app registers itself, and manages what it registered."""

from app.auth.clients.members import MEMBERS
from app.auth.oauth.described import shapes
from app.auth.oauth.described.shapes import CLIENTS, NEVER_KEPT
from app.foundation.openapi.operation import (
    TEXT,
    Answer,
    Body,
    Header,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

_KINDS = {
    "text": TEXT,
    "uri": TEXT,
    "list": {"type": "array", "items": TEXT},
    "flag": {"type": "boolean"},
    "seconds": {"type": "integer", "minimum": 0},
    "object": {"type": "object"},
}


def _schema(member):
    """What one member may be, by the table that registration itself reads."""
    kind = _KINDS[member.kind]
    if not member.choices:
        return kind
    choices = {"enum": list(member.choices)}
    return kind | ({"items": TEXT | choices} if member.kind == "list" else choices)


def _or_null(schema):
    """The same, or null, which counts as left out (RFC 7592 §2.2)."""
    return {"anyOf": [schema, {"type": "null"}]}


_DESCRIPTION = {name: _schema(member) for name, member in MEMBERS.items() if not member.ours}
_ISSUED = {
    "client_id": text("Its name from now on"),
    "client_id_issued_at": {"type": "integer"},
    "client_secret": text("Told this once; only its digest is kept"),
    "client_secret_expires_at": {"type": "integer"},
    "registration_access_token": text("By which the client manages itself"),
    "registration_client_uri": text("Where"),
}
_COFRINHO = {
    "client_name": "Cofrinho",
    "redirect_uris": ["https://app.example/callback"],
    "scope": "openid profile",
}
_REGISTERED = _COFRINHO | {
    "client_id": "cli_3fJ9",
    "client_id_issued_at": 1767225600,
    "registration_client_uri": "https://id.bank.example/oauth/register/cli_3fJ9",
}
SCHEMAS = {
    "ClientDescription": members(**{n: _or_null(said) for n, said in _DESCRIPTION.items()}),
    "RegisteredClient": members(
        ("client_id", "registration_client_uri"), **_DESCRIPTION, **_ISSUED
    ),
}

_OUT = {
    400: shapes.refusal(
        "The description will not do", "invalid_client_metadata", "scope names a permission that …"
    ),
    401: shapes.refusal(
        "The token will not do",
        "invalid_token",
        "The token is unknown, expired or used up.",
        {"WWW-Authenticate": Header("What would do (RFC 6750 §3)")},
    ),
    429: "TooMany",
}
_LARGE = {413: "TooLarge", 415: "WrongKind"}
_NAMED = {
    "client_id": Parameter(
        "The client", text("Its name", pattern="^[!-$&-.0-~]+$"), where="path", example="cli_3fJ9"
    )
}
_ITSELF = ({"registration": ()},)
_SHOWN = answer("As registered", ref("RegisteredClient"), NEVER_KEPT, cofrinho=_REGISTERED)
_TAKEN = Body(ref("ClientDescription"), {"cofrinho": _COFRINHO})
_CHANGED = shapes.refusal("Changed meanwhile", "invalid_request", "Read it again.")

OPERATIONS = {
    "register.accept": Operation(
        CLIENTS,
        _OUT | _LARGE | {201: _SHOWN},
        takes=_TAKEN,
        security=({}, *_ITSELF),
    ),
    "register.tell": Operation(CLIENTS, _OUT | {200: _SHOWN}, None, _NAMED, _ITSELF),
    "register.change": Operation(
        CLIENTS, _OUT | _LARGE | {200: _SHOWN, 409: _CHANGED}, _TAKEN, _NAMED, _ITSELF
    ),
    "register.leave": Operation(CLIENTS, _OUT | {204: Answer("It is gone")}, None, _NAMED, _ITSELF),
}
