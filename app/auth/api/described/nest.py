"""Document 004: what its routes take and answer."""

from app.auth.api.described import coinpay
from app.auth.api.described.shapes import (
    CHALLENGE,
    DOCUMENTS,
    EVERYWHERE,
    NOT_THEM,
    RETRY,
    TOKEN,
    operation,
    refusal,
    taking,
)
from app.auth.oauth.described import shapes
from app.foundation.openapi.operation import (
    TEXT,
    Answer,
    Body,
    Operation,
    answer,
    members,
    ref,
    text,
)

_EMAIL, _CODE, _PASSWORD = "usuario@exemplo.com", "123456", "cavalo bateria grampo"
_FLAG = {"type": "boolean"}
_TEXTS = {"type": "array", "items": TEXT}
_REFRESH = "eyJhbGciOiJSUzI1NiIsInR5cCI6InJ0K2p3dCJ9…"
_LINK = "8sX0fY1V5pGv7W0b2nT3qKx9ZcRjLmDhUeAoIyQwErs"
_ME = {
    "sub": "0190d5a0-6f7c-7c3e-9d0c-3f5f2c1d7a11",
    "user_id": 1,
    "name": "Nome completo",
    "email": _EMAIL,
    "email_verified": True,
    "username": "usuario",
    "roles": ["admin", "user"],
    "institutions": ["i1", "i2"],
    "twoFactorEnabled": False,
}
_SETUP = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "otpauthUrl": "otpauth://totp/Portaria:usuario?secret=JBSWY3DPEHPK3PXP&issuer=Portaria",
    "qrSvg": "<svg/>",
}
SCHEMAS = {
    "DocumentProfile": members(
        ("sub", "user_id", "email", "email_verified", "roles", "institutions"),
        sub=text("The person"),
        user_id={"type": "integer"},
        username={"type": ["string", "null"]},
        email=TEXT,
        email_verified=_FLAG,
        roles=_TEXTS,
        institutions=_TEXTS,
        twoFactorEnabled=_FLAG,
    ),
    "DocumentSetup": members(
        tuple(_SETUP),
        more=False,
        secret=text("Base32; told until the app is enabled and never after"),
        otpauthUrl=text("What an authenticator app reads"),
        qrSvg=text("The same as a picture"),
    ),
}
_SAID = members(("message",), message=text("For the person"))
_LINK_OVER = {"link_invalid_or_expired": "The address we sent is no longer good."}
_HERE = {
    401: refusal(
        "No good token, or its sign-in is older than five minutes",
        CHALLENGE,
        invalid_token="The access has ended. Sign in again.",
        insufficient_user_authentication="Sign in again to do this.",
    ),
    403: refusal(
        "The token does not reach, or policy wants it otherwise",
        email_not_verified="Your e-mail isn't confirmed yet.",
        second_factor_mandated="Your account needs a second factor.",
    ),
}
_ONE_CODE = taking(("code",), {"code": _CODE}, code=text("Six digits of the app, as of now"))
_WRONG_CODE = refusal("Malformed, or not the code", two_factor_invalid="The code doesn't match.")
_ASKED = taking(("email",), {"email": _EMAIL}, email=text("E-mail address"))

OPERATIONS = {
    "auth.register": operation(
        {
            201: answer(
                "The account is open; the pair allows to know who it is, and no more",
                ref("DocumentPair"),
                pair=coinpay.PAIR.bodies[0].examples["pair"],
            ),
            202: answer("With `SIGNUP_ENUMERATION_SAFE`, whatever was known", _SAID),
            400: refusal("Malformed; `errors` tells what", invalid_request="It is malformed."),
            409: refusal(
                "Somebody else's",
                email_taken="This e-mail already has an account.",
                username_taken="This user name is somebody else's.",
            ),
        },
        takes=taking(
            ("email", "password", "name"),
            {"email": _EMAIL, "password": _PASSWORD, "name": "Nome completo"},
            email=text("E-mail address: a link is mailed to it"),
            password=text("Password"),
            name=text("First and last name"),
            username={"type": ["string", "null"], "description": "To sign in by, beside e-mail"},
        ),
    ),
    "auth.login": operation(
        {
            200: coinpay.PAIR,
            401: NOT_THEM,
            403: refusal(
                "Something is to be done first, or the app may not",
                password_change_required="This password must be changed first.",
            ),
        },
        takes=taking(
            ("identifier", "password"),
            {"identifier": _EMAIL, "password": _PASSWORD},
            identifier=text("User name or e-mail address"),
            password=text("Password"),
            twoFactorCode={
                "type": ["string", "null"],
                "description": "The code of the second factor, or a recovery code",
            },
        ),
    ),
    "auth.logout": operation(
        {204: Answer("The session is over, or was none")},
        takes=taking(
            ("refresh_token",),
            {"refresh_token": _REFRESH},
            refresh_token=text("Any of the session"),
        ),
    ),
    "auth.own_profile": operation(
        {
            200: answer("Who it is", ref("DocumentProfile"), profile=_ME),
            401: refusal("No good token", CHALLENGE, invalid_token="The access has ended."),
        },
        security=TOKEN,
    ),
    "introspection.introspect": Operation(
        DOCUMENTS,
        EVERYWHERE
        | {
            200: answer(
                "What the caller may know; nothing but `active: false` of another's",
                ref("TokenState"),
                live={"active": True, "scope": "openid profile", "client_id": "legacy-nest"},
                gone={"active": False},
            ),
            401: refusal("Nobody known asks", invalid_client="We couldn't recognise the app."),
            413: refusal("Too large", content_too_large="The request is too large."),
            415: refusal("Of another kind", unsupported_media_type="It must be JSON."),
            429: refusal("Asked too often", RETRY, too_many_attempts="Try again from 14:35."),
        },
        takes=Body(
            members(("token",), token=text("An access or a refresh token")),
            {"token": {"token": _REFRESH}},
        ),
        security=(*shapes.AS_CLIENT[:1], *TOKEN),
    ),
    "two_factor.set_up": operation(
        _HERE
        | {
            200: answer("For an authenticator app", ref("DocumentSetup"), setup=_SETUP),
            409: refusal("There is one", totp_already_on="This account already has an app."),
        },
        security=TOKEN,
    ),
    "two_factor.enable": operation(
        _HERE
        | {
            200: answer(
                "Asked for at every sign-in from now on",
                members(("enabled", "recoveryCodes"), enabled=_FLAG, recoveryCodes=_TEXTS),
                on={"enabled": True, "recoveryCodes": ["3fkq-9wtn"]},
            ),
            400: _WRONG_CODE,
        },
        takes=_ONE_CODE,
        security=TOKEN,
    ),
    "two_factor.disable": operation(
        _HERE
        | {
            200: answer("No longer", members(("enabled",), enabled=_FLAG), off={"enabled": False}),
            400: _WRONG_CODE,
        },
        takes=_ONE_CODE,
        security=TOKEN,
    ),
    "reset_password.request_reset": operation(
        {200: answer("Mailed, if there is such an account", _SAID)}, takes=_ASKED
    ),
    "reset_password.confirm_reset": operation(
        {
            200: answer("Replaced; all that was open has ended", _SAID),
            400: refusal(
                "Malformed, or not the token, or a password that cannot be",
                **_LINK_OVER,
                weak_password="This password appeared in public leaks.",
            ),
        },
        takes=taking(
            ("token", "newPassword"),
            {"token": _LINK, "newPassword": _PASSWORD},
            token=text("That of the link"),
            newPassword=text("The password to be"),
        ),
    ),
    "verification_token.request_proof": operation(
        {200: answer("Mailed, if it is still to be proved", _SAID)}, takes=_ASKED
    ),
    "verification_token.verify": operation(
        {
            200: answer("Proved", members(("verified",), verified=_FLAG), done={"verified": True}),
            400: refusal("Malformed, or not the token", **_LINK_OVER),
        },
        takes=taking(("token",), {"token": _LINK}, token=text("That of the link")),
    ),
}
