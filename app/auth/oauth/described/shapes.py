"""What many endpoints take and answer: errors, the client's proof, what is asked for."""

from app.auth.oauth.checks import prompt
from app.auth.oauth.draft import PARAMETERS
from app.auth.oauth.response_modes import MODES
from app.foundation.openapi.operation import (
    FORM,
    HTML,
    TEXT,
    Answer,
    Body,
    Header,
    answer,
    members,
    ref,
    text,
)

TOKENS, REQUESTS, PEOPLE, CLIENTS = "Tokens", "Authorization", "Identity", "Registration"
TAGS = {
    REQUESTS: "Where a person is sent to sign in and to agree (RFC 6749, RFC 9126, OpenID Connect)",
    TOKENS: "Getting tokens, asking about them, ending them",
    PEOPLE: "Who signed in, and what an app needs to believe it",
    CLIENTS: "An app registers itself and looks after that (RFC 7591, RFC 7592)",
}

AS_CLIENT = ({"client": ()}, {})  # HTTP Basic; or in the form; or a public client, by its name
RETRY = {"Retry-After": Header("Seconds until it is worth another try")}
NEVER_KEPT = {"Cache-Control": Header("`no-store`")}
GO = {"Location": Header("Where the browser goes on")}

ERROR = members(
    ("error",),
    more=False,
    error=text("A short name for programs", examples=["invalid_request"]),
    error_description=text("A sentence for whoever builds the app; it never quotes input"),
    error_uri=text("Where to read about it"),
    request_id=text("By which the operator finds this request"),
)
SCHEMAS = {"Error": ERROR}


def refusal(says, code, sentence, headers=None):
    """Return the :class:`Answer` of a refusal, with one example."""
    example = {"error": code, "error_description": sentence}
    return answer(says, ref("Error"), headers, **{code: example})


COMMON = {
    "Malformed": refusal(
        "The request cannot be read, or what it asks cannot be",
        "invalid_request",
        "The request is malformed.",
    ),
    "WrongClient": refusal(
        "The client did not prove itself",
        "invalid_client",
        "Client authentication failed.",
        {"WWW-Authenticate": Header("How it can")},
    ),
    "TooLarge": refusal("The body is too large", "invalid_request", "The request is too large."),
    "WrongKind": refusal(
        "The body is of another kind",
        "invalid_client_metadata",
        "The body must be application/json.",
    ),
    "TooMany": refusal(
        "Asked too often",
        "temporarily_unavailable",
        "Too many requests. Wait a moment.",
        RETRY,
    ),
    "Unavailable": refusal(
        "Something we stand on is away, or too busy",
        "temporarily_unavailable",
        "The service is busy. Try again in a moment.",
        {"Retry-After": Header("Seconds until it is worth another try", always=False)},
    ),
    "Page": Answer("The person is told on a page what is wrong", (Body(TEXT, media=HTML),)),
}
REFUSED = {400: "Malformed", 401: "WrongClient", 429: "TooMany"}

PROOF = {
    "client_id": text("The client; not beside HTTP Basic"),
    "client_secret": text("`client_secret_post`"),
    "client_assertion": text("`private_key_jwt`: a JWT signed by the client (RFC 7523 §2.2)"),
    "client_assertion_type": text(
        "`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, beside the assertion"
    ),
}

_SAID = {
    "response_type": {"description": "`code`, the only flow here", "enum": ["code"]},
    "client_id": {"description": "The client"},
    "redirect_uri": {"description": "Where the answer goes: exactly as registered"},
    "scope": {"description": "What is asked for, names apart by spaces; OpenID needs `openid`"},
    "state": {"description": "Comes back unchanged"},
    "nonce": {"description": "Comes back in the ID token"},
    "response_mode": {"description": "How the answer comes back", "enum": list(MODES)},
    "code_challenge": {"description": "PKCE: BASE64URL(SHA256(verifier)) (RFC 7636 §4.2)"},
    "code_challenge_method": {"description": "`S256`", "enum": ["S256"]},
    "prompt": {"description": f"Of {', '.join(prompt.VALUES)}; apart by spaces"},
    "max_age": {"description": "Seconds since the person last signed in, at most"},
    "acr_values": {"description": "How surely the person must be here; any one of them will do"},
    "id_token_hint": {"description": "An ID token of whom the client expects"},
    "login_hint": {"description": "E-mail or user name of whom the client expects"},
    "ui_locales": {"description": "Languages, the best first"},
    "resource": {"description": "The API the token is for (RFC 8707)"},
    "claims": {"description": "Claims by name, JSON (OIDC Core §5.5)"},
    "authorization_details": {
        "description": "What is to be done, JSON, as the API's challenge gave it (RFC 9396)"
    },
}
ASKED = {name: {"type": "string"} | _SAID[name] for name in PARAMETERS}
ASKED |= {"request": text("The request, signed by the client (RFC 9101)")}
EXAMPLE = {
    "response_type": "code",
    "client_id": "cofrinho",
    "redirect_uri": "https://app.example/callback",
    "scope": "openid wallet:read",
    "state": "af0ifjsldkj",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


def form(required, examples, needed=True, **properties):
    """Return the :class:`Body` of a form; what it has besides is passed over (RFC 6749 §3.2).

    needed: is a request without it refused?
    """
    return Body(members(required, **properties), examples, media=FORM, required=needed)
