"""Who signed in, and what is public about this server."""

from app.auth.consents.details import registry
from app.auth.oauth import metadata
from app.auth.oauth.described.shapes import PEOPLE
from app.foundation.openapi.operation import (
    FORM,
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

_KEPT = {"Cache-Control": Header("How long it may be kept")}
_HOW = {"WWW-Authenticate": Header("What would do (RFC 6750 §3)")}
_TEXTS = {"type": "array", "items": TEXT}
_WEAK = {"error": "insufficient_scope", "error_description": "The access token has no openid."}
_ANA = {"sub": "0190d5a0-6f7c-7c3e-9d0c-3f5f2c1d7a11", "name": "Ana Souza"}

SCHEMAS = {
    "Claims": members(("sub",), sub=text("The person, as this client knows them")),
    "Keys": members(
        ("keys",),
        more=False,
        keys={
            "type": "array",
            "items": members(("kty", "kid", "alg", "use"), kty=TEXT, kid=TEXT, alg=TEXT, use=TEXT),
        },
    ),
    "Metadata": members(
        ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "scopes_supported"),
        issuer=text("Who issues the tokens"),
        **{name: text("Its address") for name in metadata.ENDPOINTS},
        scopes_supported=_TEXTS,
        claims_supported=_TEXTS,
        grant_types_supported=_TEXTS,
        acr_values_supported=_TEXTS,
    ),
}

userinfo = Operation(
    PEOPLE,
    {
        200: Answer(
            "What the token's scopes open; signed, if the client registered so",
            (Body(ref("Claims"), {"profile": _ANA}), Body(TEXT, media="application/jwt")),
        ),
        400: "Malformed",
        401: Answer(
            "No good token. Where one was shown, a body says what is wrong, as that of 403 does",
            headers=_HOW,
        ),
        403: answer("The token does not reach", ref("Error"), _HOW, weak=_WEAK),
    },
    security=({"sign_in": ("openid",)}, {"bearer": ("openid",)}),
)

OPERATIONS = {
    ("userinfo.tell", "GET"): userinfo,
    ("userinfo.tell", "POST"): userinfo.but(
        takes=Body(
            members(access_token=text("The token, when it is not in the header")),
            media=FORM,
            required=False,
        )
    ),
    "jwks.show": Operation(PEOPLE, {200: answer("The public keys", ref("Keys"), _KEPT)}),
    "details.show": Operation(
        PEOPLE,
        {
            200: Answer(
                "The JSON Schema of one type of authorization_details (RFC 9396)",
                (Body({"type": "object"}, media="application/schema+json"),),
                _KEPT,
            ),
            404: Answer("There is no such type"),
        },
        parameters={
            "name": Parameter(
                "The type", {"enum": list(registry.TABLE)}, where="path", example="wallet_transfer"
            )
        },
    ),
    "discovery.show": Operation(
        PEOPLE, {200: answer("What this server can do, and where", ref("Metadata"), _KEPT)}
    ),
}
