"""Document 002: sign in for one token of a day, with a mailed code where one is due (S39–S44)."""

from flask import jsonify

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time
from app.auth.api import wire
from app.auth.api.signup import TYPE
from app.auth.clients import documents
from app.auth.flows.documents import entrance, pending
from app.auth.flows.factors import showing
from app.foundation import words
from app.foundation.problems import Problem

api_login = wire.door("api_login", documents.API)

SENT = "Código MFA enviado para seu email"


class NotActive(Problem):
    """The password is right, and the account is still to be activated (C29)."""

    code = "account_not_active"
    status = 403
    description = "The account is not active yet."


@api_login.post("/api/login")
def enter():
    """Sign in, or be told that a code is to be shown in a second request.

    ``mfaToken`` lets that come from another address or program than this one.
    """
    given = wire.body("email", "password")
    try:
        found = entrance.by_password(documents.API, given["email"], given["password"])
    except entrance.HeldUp as stop:
        raise (NotActive if stop.prompt == "contact" else stop) from None
    if isinstance(found, entrance.Entered):
        return jsonify(_entered(found))
    if found.way is None:
        return wire.second_factor_required(found)
    told = {"requireMfa": True, "message": _awaited(found)}
    return jsonify(told | {"mfaToken": pending.token(found.interaction)})


@api_login.post("/api/login/verify-mfa")
def verify():
    """Show the code that was sent, or that of an authenticator app, and be signed in."""
    given = wire.body("email", "code", optional=("mfaToken",))
    user = lookup.by_email(given["email"])
    whose = user.id if user else one_time.NOBODY
    waiting = pending.find(documents.API, whose, given["mfaToken"])
    if waiting is None:
        raise showing.Wrong
    return jsonify(_entered(entrance.by_code(documents.API, waiting, given["code"])))


def _entered(found):
    user = found.user
    first, _, rest = (user.full_name or "").partition(" ")
    told = {
        "id": user.id,
        "email": user.email,
        "firstName": user.given_name or first,
        "lastName": user.family_name or rest,
        "type": TYPE,
    }
    return {"token": found.tokens.access_token, "user": told}


def _awaited(found):
    if not found.sent:
        return words.t("document.code_not_sent")
    return SENT if found.way == "email_code" else words.t(f"document.{found.way}_awaited")
