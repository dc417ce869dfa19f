"""The endpoints that clients call about tokens."""

from app.auth.consents import scopes
from app.auth.oauth.described import shapes
from app.auth.oauth.described.shapes import NEVER_KEPT, PROOF, TOKENS
from app.auth.oauth.server import GRANTS
from app.foundation.openapi.operation import Operation, answer, members, ref, text

_SECONDS = {"type": "integer", "minimum": 0, "description": "Seconds"}
_MOMENT = {"type": "integer", "description": "Seconds since 1970"}
_TOKEN = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiI4NCJ9.c2lnbmF0dXJl"
_DETAILS = {
    "type": "array",
    "items": {"type": "object"},
    "description": "What it is for in detail (RFC 9396 §7, §9)",
}
_HINTS = ["access_token", "refresh_token"]

SCHEMAS = {
    "Tokens": members(
        ("access_token", "token_type", "expires_in"),
        more=False,
        access_token=text("For the `Authorization` header of an API (RFC 9068)"),
        token_type={"const": "Bearer"},
        expires_in=_SECONDS,
        scope=text("What was granted", examples=[" ".join(scopes.CATALOGUE)]),
        authorization_details=_DETAILS,
        refresh_token=text("For the next access token; it is replaced at each use"),
        id_token=text("Who signed in (OIDC Core §2)"),
        issued_token_type=text("Of a token exchange (RFC 8693 §2.2.1)"),
    ),
    "TokenState": members(
        ("active",),
        active={"type": "boolean"},
        scope=text("What it allows"),
        authorization_details=_DETAILS,
        client_id=text("Whose it is"),
        sub=text("The person it speaks of"),
        exp=_MOMENT,
        iat=_MOMENT,
    ),
    "DeviceCodes": members(
        ("device_code", "user_code", "verification_uri", "expires_in"),
        more=False,
        device_code=text("For the token endpoint"),
        user_code=text("What the person types"),
        verification_uri=text("Where"),
        verification_uri_complete=text("The same with the code in it, for a QR code"),
        expires_in=_SECONDS,
        interval=_SECONDS,
    ),
}
_EXAMPLES = {
    "authorization_code": {
        "grant_type": "authorization_code",
        "client_id": "cofrinho",
        "code": "SplxlOBeZQQYbYS6WxSbIA",
        "redirect_uri": "https://app.example/callback",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    },
    "refresh_token": {"grant_type": "refresh_token", "refresh_token": "rt.1.8xLOxBtZp8"},
    "client_credentials": {"grant_type": "client_credentials", "scope": "reports:read"},
}
_ISSUED = {
    "access_token": _TOKEN,
    "token_type": "Bearer",
    "expires_in": 900,
    "scope": "openid wallet:read",
}
_ABOUT = {
    "token": text("The token in question", minLength=1),
    "token_type_hint": text("Only a hint", examples=_HINTS),
}

OPERATIONS = {
    "token.issue": Operation(
        TOKENS,
        shapes.REFUSED | {200: answer("Tokens", ref("Tokens"), NEVER_KEPT, tokens=_ISSUED)},
        takes=shapes.form(
            ("grant_type",),
            _EXAMPLES,
            grant_type={"type": "string", "enum": [grant.GRANT_TYPE for grant in GRANTS]},
            code=text("`authorization_code`: the code that came back"),
            redirect_uri=text("`authorization_code`: the address it came back to"),
            code_verifier=text("`authorization_code`: the PKCE verifier (RFC 7636 §4.1)"),
            refresh_token=text("`refresh_token`: the newest one"),
            device_code=text("Device grant: the device's code (RFC 8628 §3.4)"),
            subject_token=text("Token exchange: the token that came in (RFC 8693 §2.1)"),
            subject_token_type=text("Token exchange: that of an access token"),
            requested_token_type=text("Token exchange: that of an access token"),
            audience=text("Token exchange: the API to be called"),
            scope=text("Less than was granted, or what the client itself may"),
            resource=text("The API the token is for (RFC 8707)"),
            authorization_details=text("Fewer details than were granted, JSON (RFC 9396 §6)"),
            **PROOF,
        ),
        security=shapes.AS_CLIENT,
    ),
    "device_authorization.ask": Operation(
        TOKENS,
        shapes.REFUSED
        | {
            200: answer(
                "A code for the device, and one for the person to type elsewhere",
                ref("DeviceCodes"),
                NEVER_KEPT,
                codes={
                    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://id.bank.example/device",
                    "verification_uri_complete": "https://id.bank.example/device?user_code=WDJB-MJHT",
                    "expires_in": 600,
                    "interval": 5,
                },
            )
        },
        takes=shapes.form(
            (),
            {"device": {"client_id": "televisao", "scope": "openid"}},
            scope=text("What is asked for"),
            resource=text("The API the token is for (RFC 8707)"),
            **PROOF,
        ),
        security=shapes.AS_CLIENT,
    ),
    "introspect.tell": Operation(
        TOKENS,
        shapes.REFUSED
        | {
            200: answer(
                "What the caller may know of the token; nothing but `active: false` of another's",
                ref("TokenState"),
                NEVER_KEPT,
                live={"active": True, "scope": "wallet:read", "client_id": "cofrinho"},
                gone={"active": False},
            )
        },
        takes=shapes.form(("token",), {"token": {"token": _TOKEN}}, **_ABOUT, **PROOF),
        security=shapes.AS_CLIENT,
    ),
    "revoke.take_back": Operation(
        TOKENS,
        shapes.REFUSED
        | {200: answer("Ended, if it was the caller's", members(more=False), NEVER_KEPT, done={})},
        takes=shapes.form(("token",), {"token": {"token": _TOKEN}}, **_ABOUT, **PROOF),
        security=shapes.AS_CLIENT,
    ),
}
