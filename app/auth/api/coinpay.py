"""Document 001: sign in for a pair of tokens, and read one's own data with the first."""

from flask import jsonify

from app.auth.accounts import claims as known
from app.auth.api import bearer, wire
from app.auth.clients import documents
from app.auth.flows.documents import entrance
from app.auth.tokens import claims

coinpay = wire.door("coinpay", documents.COINPAY)


@coinpay.post("/auth")
def enter():
    """Sign in (S31)."""
    given = wire.body("email", "password")
    _, tokens = entrance.by_password(documents.COINPAY, given["email"], given["password"])
    return jsonify(wire.pair(tokens))


@coinpay.get("/dados-pessoais")
def own_data():
    """Tell whoever calls what we know of them, as userinfo would (S35)."""
    caller = bearer.caller()
    told = claims.for_userinfo(known.of(caller.person), caller.scope, caller.claims["sub"])
    return jsonify(told)
