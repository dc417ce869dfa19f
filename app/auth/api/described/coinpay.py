"""Document 001, and the renewal that it shares with document 004."""

from app.auth.api.described.shapes import CHALLENGE, NOT_THEM, TOKEN, operation, refusal, taking
from app.foundation.openapi.operation import answer, members, ref, text

_PAIR = {
    "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9…",
    "refresh_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6InJ0K2p3dCJ9…",
    "token_type": "Bearer",
    "expires_in": 900,
}
SCHEMAS = {
    "DocumentPair": members(
        tuple(_PAIR),
        access_token=text("A JWT (`at+jwt`), good for `expires_in` seconds"),
        refresh_token=text("A JWT (`rt+jwt`), good for thirty days, for `/auth/refresh` alone"),
        token_type=text("`Bearer`"),
        expires_in={"type": "integer"},
    )
}
PAIR = answer("Signed in", ref("DocumentPair"), pair=_PAIR)

OPERATIONS = {
    "coinpay.enter": operation(
        {
            200: PAIR,
            401: NOT_THEM,
            403: refusal(
                "Something is to be done first, or the app may not",
                email_not_verified="Your e-mail isn't confirmed yet.",
            ),
        },
        takes=taking(
            ("email", "password"),
            {"email": "usuario@example.com", "password": "senha"},
            email=text("E-mail address"),
            password=text("Password"),
            twoFactorCode={
                "type": ["string", "null"],
                "description": "The code of the second factor, of who has one",
            },
        ),
    ),
    "coinpay.own_data": operation(
        {
            200: answer(
                "What the scopes of the token open of one's own data",
                ref("Claims"),
                profile={"sub": "0190d5a0-6f7c-7c3e-9d0c-3f5f2c1d7a11", "name": "John Doe"},
            ),
            401: refusal(
                "No good token", CHALLENGE, invalid_token="The access has ended. Sign in again."
            ),
            403: refusal(
                "The token does not reach",
                CHALLENGE,
                insufficient_scope="The app isn't allowed to do this.",
            ),
        },
        security=TOKEN,
    ),
    "renewal.renew": operation(
        {
            200: PAIR,
            401: refusal(
                "It is ended, used before, or none of these apps'",
                invalid_grant="The session has ended. Sign in again.",
            ),
        },
        takes=taking(
            ("refresh_token",),
            {"refresh_token": _PAIR["refresh_token"]},
            refresh_token=text("The one that came last"),
        ),
    ),
}
