"""Document 002: its own examples, and what we add."""

from app.auth.api import login, password, signup
from app.auth.api.described.shapes import WRONG, done, operation, refusal, taking
from app.foundation.openapi.operation import TEXT, answer, members, ref, text

_EMAIL, _CODE = "user@example.com", "123456"
_TOKEN = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9…"
_USER = {"id": 1, "email": _EMAIL, "firstName": "João", "lastName": "Silva", "type": signup.TYPE}
_PERSON = {
    "email": _EMAIL,
    "password": "Senha@123",
    "firstName": "João",
    "lastName": "Silva",
    "cpf": "12345678909",
    "birthDate": "1990-01-15",
    "telephone": "11987654321",
    "type": signup.TYPE,
}
SCHEMAS = {
    "DocumentSignedIn": members(
        ("token", "user"),
        more=False,
        token=text("A JWT for one's own data and balance, good for a day; it never moves money"),
        user=members(
            tuple(_USER), more=False, **dict.fromkeys(_USER, TEXT) | {"id": {"type": "integer"}}
        ),
    ),
    "DocumentWaiting": members(
        ("requireMfa", "message", "mfaToken"),
        more=False,
        requireMfa={"const": True},
        message=text("What to show next"),
        mfaToken=text("For `/api/login/verify-mfa`, when that is called from elsewhere"),
    ),
}
ENTERED = answer("Signed in", ref("DocumentSignedIn"), token={"token": _TOKEN, "user": _USER})
CODE_REFUSED = refusal(
    "Malformed, or not the code, or no longer",
    code_invalid_or_expired="The code doesn't match or its time is over.",
)

OPERATIONS = {
    "signup.join": operation(
        {
            200: done(signup.JOINED),
            400: refusal(
                "Something about the person cannot be; `errors` tells what, by member",
                email_taken=signup.TAKEN,
                **dict(signup.PRINTED.values()),
            ),
        },
        takes=taking(
            signup.ASKED,
            _PERSON,
            email=text("E-mail address: a code is mailed to it"),
            password=text("Password"),
            firstName=text("First name"),
            lastName=text("Last name"),
            cpf=text("Eleven digits, with or without dots"),
            birthDate=text("Calendar day, ISO 8601"),
            telephone=text("Brazilian, or with its country's code"),
            type={"enum": [signup.TYPE, None]},
        ),
    ),
    "signup.activate": operation(
        {200: done(signup.ACTIVATED), 400: CODE_REFUSED},
        takes=taking(
            ("email", "code"),
            {"email": _EMAIL, "code": _CODE},
            email=text("As it was given at joining"),
            code=text("The six digits that were mailed, good for a day"),
        ),
    ),
    "api_login.enter": operation(
        {
            200: answer(
                "Signed in, or a code is to be shown next",
                {"anyOf": [ref("DocumentSignedIn"), ref("DocumentWaiting")]},
                without_a_code={"token": _TOKEN, "user": _USER},
                with_a_code={
                    "requireMfa": True,
                    "message": login.SENT,
                    "mfaToken": "int_01j9z…",
                },
            ),
            401: refusal("Not these credentials", invalid_credentials=WRONG),
            403: refusal(
                "Something is to be done first, or the app may not",
                account_not_active="Your account isn't active yet.",
                hosted_page_required="Your account uses a passkey.",
            ),
        },
        takes=taking(
            ("email", "password"),
            {"email": _EMAIL, "password": "Senha@123"},
            email=text("E-mail address"),
            password=text("Password"),
        ),
    ),
    "api_login.verify": operation(
        {
            200: ENTERED,
            401: refusal(
                "Not the code, or no password was shown before from here",
                two_factor_invalid="The code doesn't match. Check it and try again.",
            ),
        },
        takes=taking(
            ("email", "code"),
            {"email": _EMAIL, "code": _CODE},
            email=text("As it was given with the password"),
            code=text("The code that was sent, or that of an authenticator app"),
            mfaToken={"type": ["string", "null"], "description": "That of the answer before"},
        ),
    ),
    "api_password.forget": operation(
        {200: done(password.SENT)},
        takes=taking(("email",), {"email": _EMAIL}, email=text("E-mail address")),
    ),
    "api_password.reset": operation(
        {
            200: done(password.CHANGED),
            400: refusal(
                "Malformed, or not the code, or a password that cannot be",
                code_invalid_or_expired="The code doesn't match or its time is over.",
                weak_password="This password appeared in public leaks. Choose another.",
            ),
        },
        takes=taking(
            ("email", "code", "newPassword"),
            {"email": _EMAIL, "code": _CODE, "newPassword": "NovaSenha@123"},
            email=text("Where the code was mailed to"),
            code=text("The six digits that were mailed"),
            newPassword=text("The password to be"),
        ),
    ),
}
