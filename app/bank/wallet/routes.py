"""The wallet over HTTP: what it holds, and sending from it.

Money always asks the issuer whether the token still lives, so a token that ended elsewhere moves
nothing here after a few seconds (``INTROSPECTION_CACHE_SECONDS``).
"""

from flask import Blueprint, current_app

from app.bank.gate import app_itself, bank, caller
from app.bank.idempotency import idempotent
from app.bank.ledger import opening
from app.bank.sharing import TYPE, shared
from app.bank.wallet import deposits, orders, support, transfers
from app.foundation import clock, web
from app.resource_server import current_token

wallet = Blueprint("wallet", __name__)
gate = bank.part("wallet")


@wallet.get("/wallet/<user_id>/balance")
@gate.require("wallet:read", owner="user_id", live=True, details=TYPE)
@shared("wallet", "balance")
def balance(user_id):
    """Answer what the wallet holds, in minor units."""
    standing = opening.visit(current_token.subject, current_token.user_id)
    return {
        "userId": current_token.subject,
        "currency": standing.currency,
        "available": standing.available_minor,
        "held": standing.held_minor,
        "asOf": clock.iso(standing.as_of),
    }


@wallet.post("/wallet/<user_id>/transfer")
@gate.require("wallet:transfer", owner="user_id", live=True, details="wallet_transfer")
@idempotent
def transfer(user_id):
    """Move money from the caller's wallet; 201 with the transfer."""
    order = orders.read(web.json_body(), current_app.config["DEFAULT_CURRENCY"])
    done = transfers.make(order, caller())
    return {
        "transferId": done.id,
        "status": "completed",
        "to": done.to,
        "amount": order.amount_minor,
        "currency": order.currency,
        "description": order.description,
        "createdAt": clock.iso(done.made_at),
    }, 201


@wallet.post("/wallet/<user_id>/deposit")
@gate.require("wallet:deposit", live=True)
@idempotent
def deposit(user_id):
    """Bring money into somebody's wallet, as an agent or a funding partner; 201."""
    partner = app_itself(deposits.NotAPartner)
    order = deposits.read(web.json_body())
    owner, done = deposits.make(order, user_id, partner)
    return {
        "depositId": done.entry_id,
        "status": "completed",
        "userId": owner,
        "amount": order.amount_minor,
        "currency": order.currency,
        "reference": order.reference,
    }, 201


@wallet.get("/wallet/<user_id>/support")
@gate.require("support:read", live=True)
def look(user_id):
    """Answer what those may know who help the owner; the look is recorded."""
    seen = support.look(user_id, app_itself(support.NotTheDesk).client_id)
    movements = [each | {"createdAt": clock.iso(each["createdAt"])} for each in seen["movements"]]
    return seen | {"openedAt": clock.iso(seen["openedAt"]), "movements": movements}
