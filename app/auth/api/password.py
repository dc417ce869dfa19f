"""Document 002: a forgotten password is replaced by a code that was mailed (S63, S64)."""

from flask import jsonify

from app.auth.accounts import passwords
from app.auth.api import wire
from app.auth.clients import documents
from app.auth.flows.documents import resetting
from app.foundation import words

api_password = wire.door("api_password", documents.API)

SENT = "Código enviado para seu email"
CHANGED = "Senha alterada com sucesso!"


@api_password.post("/api/forgot-password")
def forget():
    """Mail a code if somebody has this address; the answer is the same when nobody does."""
    resetting.ask(wire.body("email")["email"], locale=words.locale())
    return jsonify(message=SENT)


@api_password.post("/api/reset-password")
def reset():
    """Replace the password by the code that was mailed; every session and token of theirs ends."""
    given = wire.body("email", "code", "newPassword")
    try:
        resetting.by_code(given["email"], given["code"], given["newPassword"])
    except passwords.Refused as problem:
        told = words.t(problem.key, **problem.values)
        raise wire.Invalid("weak_password", told, {"newPassword": told}) from problem
    return jsonify(message=CHANGED)
