"""Cash over HTTP: for people's apps to order it, for terminals to pay it out.

A terminal's client comes with a token of its own (RFC 6749 §4.4), by which it signs for itself at
the authorization server; a person's token opens nothing there, nor such a one here.
"""

from flask import Blueprint, current_app, request

from app.bank.atm import dispensing, orders, validation, vouchers, withdrawals
from app.bank.gate import app_itself, bank, person
from app.bank.idempotency import idempotent_secret
from app.foundation import clock, web
from app.resource_server.errors import Refusal

atm = Blueprint("atm", __name__)
gate = bank.part("atm")


class NotATerminal(Refusal):
    """A person's token where a machine's is needed."""

    code = "not_a_terminal"
    description = "This is for the clients of terminals, with a token of their own."


@atm.post("/atm/withdrawal-request")
@gate.require("atm:withdraw", live=True, details="atm_withdrawal")
@idempotent_secret
def request_withdrawal():
    """Hold money for cash; 201 with the voucher, which is shown this once."""
    order = orders.read_order(web.json_body(), current_app.config["DEFAULT_CURRENCY"])
    made = withdrawals.request(order, person())
    payload = made.voucher.payload
    return {
        "withdrawalId": made.id,
        "code": made.voucher.code,
        "qr": {"payload": payload, "svg": vouchers.picture(payload)},
        "expiresAt": clock.iso(made.expires_at),
    }, 201


@atm.get("/atm/withdrawals/<withdrawal_id>")
@gate.require("atm:withdraw", live=True)
def show_withdrawal(withdrawal_id):
    """Answer what became of a withdrawal; never its voucher."""
    return _told(withdrawals.show(withdrawal_id, person().sub))


@atm.post("/atm/withdrawals/<withdrawal_id>/cancel")
@gate.require("atm:withdraw", live=True)
def cancel_withdrawal(withdrawal_id):
    """Let the money be spent again, unless it was paid out."""
    return _told(withdrawals.cancel(withdrawal_id, person().sub))


@atm.post("/atm/validate-token")
@gate.require("atm:validate", live=True)
def validate_token():
    """Pay a voucher out at a terminal of the client: the money is captured, once."""
    shown = orders.read_shown(web.json_body())
    key = request.headers.get("Idempotency-Key", "")
    done = validation.validate(shown, app_itself(NotATerminal).client_id, key)
    told = {"authorized": True, "amount": done.amount_minor, "currency": done.currency}
    told |= {"withdrawalId": done.withdrawal_id, "dispenseId": done.dispense_id}
    return told, 200, {"Idempotency-Replayed": "true"} if done.repeated else {}


@atm.post("/atm/dispense")
@gate.require("atm:validate", live=True)
def report_dispense():
    """Report what became of the cash: what was not paid out goes back to the wallet, once."""
    told = orders.read_outcome(web.json_body())
    row = dispensing.report(told, app_itself(NotATerminal).client_id)
    return {"dispenseId": row.dispense_id, "withdrawalId": row.id, "state": row.state}


def _told(row):
    told = {
        "withdrawalId": row.id,
        "state": row.state,
        "amount": row.amount_minor,
        "currency": row.currency,
        "channel": row.channel,
        "createdAt": clock.iso(row.made_at),
        "expiresAt": clock.iso(row.expires_at),
    }
    if row.terminal_id is not None:
        told["terminal"] = {"name": row.terminal_name, "place": row.terminal_place}
    return told
