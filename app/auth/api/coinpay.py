"""Document 001: sign in for a pair of tokens, and read one's own data with the first."""

from flask import jsonify

from app.auth.accounts import claims as known
from app.auth.api import bearer, wire
from app.auth.clients import documents
from app.auth.consents import telling
from app.auth.flows.documents import entrance

coinpay = wire.door("coinpay", documents.COINPAY)


@coinpay.post("/auth")
def enter():
    """Sign in (S31); with ``twoFactorCode`` where a second factor is asked for."""
    given = wire.body("email", "password", optional=("twoFactorCode",))
    who = (given["email"], given["password"])
    found = entrance.by_password(documents.COINPAY, *who, code=given["twoFactorCode"])
    if isinstance(found, entrance.Waiting):
        return wire.second_factor_required(found)
    return jsonify(wire.pair(found.tokens))


@coinpay.get("/dados-pessoais")
def own_data():
    """Tell whoever calls what we know of them, as userinfo would (S35)."""
    caller = bearer.caller()
    told = telling.for_userinfo(known.of(caller.person), caller.scope, caller.claims["sub"])
    return jsonify(told)
