"""Payments over HTTP: paying a bill, phone credit, and how a payment stands.

The deed is kept first, with its money held; then the provider is told of it, while nothing is
locked, and the answer says how it went so far.
"""

import re

from flask import Blueprint, current_app, jsonify, make_response, request

from app.bank.gate import bank, caller
from app.bank.idempotency import idempotent
from app.bank.payments import courier, making, orders, printing, receipts, showing
from app.bank.problems import Invalid
from app.foundation import clock, keeping, web
from app.foundation.problem_documents import wrong
from app.resource_server import current_token

SCOPE = "payments:write"
ONE = "<string(length=29):payment_id>"  # none of the words beside it
MOST = 100  # payments a page
_LIMIT = re.compile(r"[0-9]{1,3}", re.ASCII)

payments = Blueprint("payments", __name__)
gate = bank.part("payments")


@payments.post("/payments/bill")
@gate.require(SCOPE, live=True, details="bill_payment")
@idempotent
def bill():
    """Pay a bill from the caller's wallet; 201 with the payment, pending or completed."""
    config = current_app.config
    today = clock.today(config["TIME_ZONE"])
    order = orders.bill(web.json_body(), config["DEFAULT_CURRENCY"], today)
    return _ordered(making.make(order, caller()), {})


@payments.post("/payments/topup")
@gate.require(SCOPE, live=True, details="phone_topup")
@idempotent
def topup():
    """Put credit on a phone from the caller's wallet; 201, pending or completed."""
    order = orders.topup(web.json_body(), current_app.config["DEFAULT_CURRENCY"])
    payment_id = making.make(order, caller())
    return _ordered(payment_id, {"topupId": payment_id})


@payments.get("/payments")
@gate.require(SCOPE, live=True)
def listed():
    """Answer the caller's payments, newest first."""
    limit = request.args.get("limit", "20")
    if not _LIMIT.fullmatch(limit) or not 1 <= int(limit) <= MOST:
        raise Invalid([wrong("limit", "invalid_limit", f"1 to {MOST}.")])
    page = showing.page(current_token.subject, int(limit), request.args.get("cursor"))
    return {"payments": [showing.as_json(row) for row in page.rows], "cursor": page.cursor}


@payments.get(f"/payments/{ONE}")
@gate.require(SCOPE, live=True)
def show(payment_id):
    """Answer how one of the caller's payments stands."""
    return showing.as_json(showing.of(current_token.subject, payment_id))


@payments.get(f"/payments/{ONE}/receipt")
@gate.require(SCOPE, live=True)
def receipt(payment_id):
    """Answer the receipt of a payment, with the code the bank knows it by; as a page to print too.

    A page is for who prefers one (RFC 9110 §12.5.1).
    """
    row = showing.of(current_token.subject, payment_id)
    told = showing.as_json(row) | {"authenticationCode": receipts.code_of(row)}
    answer = make_response(printing.page(row, told)) if web.wants_html() else jsonify(told)
    answer.vary.update(("Accept", "Accept-Language"))
    return answer


def _ordered(payment_id, named):
    """Answer how it stands; and again once it is kept and the provider was told of it."""

    def told(_answer=None):
        row = showing.of(current_token.subject, payment_id)
        place = {"Location": f"/payments/{payment_id}"}
        return showing.as_json(row, masked=True) | named, 201, place

    def carried(answer):
        courier.first_try(payment_id)
        return told(answer)

    keeping.then(carried)
    return told()
