"""The pages of money: on to the approval, a look at a payment, and the machine that pays cash."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for

from dev.demo import record
from dev.demo.money import errands
from dev.demo.money.machine import machine
from dev.demo.relying_party import Refused
from dev.demo.visits import Shown, visits

money = Blueprint("money", __name__)


@money.post("/<any(pay, bill, topup, cash):step>/approve")
def approve(step):
    """Send the browser to where the person sees the deed, and approves it or not."""
    address = errands.ask(step, visits().here())
    return redirect(address or url_for("demo.show", step=step), 303)


@money.post("/<any(bill, topup):step>/again")
def again(step):
    """Look how a payment stands."""
    errands.look_again(step, visits().here())
    return redirect(url_for("demo.show", step=step), 303)


@money.get("/atm")
def atm():
    """Show the cash machine; whoever stands before it needs no sign-in."""
    shown = visits().here().shown
    voucher = shown["cash"].facts.get("done") if "cash" in shown else None
    return render_template(
        "demo/atm.html", step="atm", shown=shown.get("atm"), machine=machine(), voucher=voucher
    )


@money.post("/atm")
def validate():
    """Take a voucher, typed or scanned; the machine asks the bank about it."""
    exchanges, cash = record.begin(), machine()
    if cash is None:
        raise Refused("no cash machine is wired to this app")
    answer = cash.validate(request.form.get("token", "").strip(), secrets.token_urlsafe(16))
    facts = {"asked": answer.json(), "status": answer.status_code}
    visits().here().shown["atm"] = Shown(exchanges, facts)
    return redirect(url_for("money.atm"), 303)


@money.post("/atm/dispense")
def dispense():
    """The notes came out, or they did not: the machine tells the bank which."""
    shown, exchanges = visits().here().shown.get("atm"), record.begin()
    if shown is None or "dispenseId" not in shown.facts["asked"]:
        raise Refused("the machine has nothing to pay out")
    outcome = "failed" if request.form.get("outcome") == "failed" else "dispensed"
    answer = machine().report(shown.facts["asked"]["dispenseId"], outcome)
    shown.facts["told"] = answer.json()
    shown.exchanges += exchanges
    return redirect(url_for("money.atm"), 303)
