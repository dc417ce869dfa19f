"""A deed of money from its order to its receipt.

The bank is asked; where it wants the owner's approval it says so with a 401 and tells what to ask
for. That is pushed to the authorization server unread, the person approves on a page of its own,
and the token that comes back does this deed, once.
"""

import json
import secrets

from dev.demo import record, words
from dev.demo.money.orders import KINDS, read
from dev.demo.relying_party import Declined, Refused
from dev.demo.steps import demo
from dev.demo.visits import Shown


def order(step, visit, form):
    """Order a deed of ``form``: it is done at once, or the bank says what it needs."""
    shown = Shown([], {"order": read(step, form), "key": secrets.token_urlsafe(16)})
    visit.shown[step] = shown
    exchanges = record.begin()
    record.caption("money.first")
    answer = _send(step, shown.facts, visit.tokens.access_token)
    if answer.status_code == 401 and "authorization_details" in _told(answer):
        shown.facts["challenge"] = _told(answer)
    else:
        _take(step, visit, shown.facts, answer)
    shown.exchanges = exchanges


def ask(step, visit):
    """Push what the bank told us to ask for; return where to send the person, or None.

    None: the server does not accept it, most often because it waited for too long.
    Raises Refused: when nothing waits for an approval.
    """
    facts = _waiting(step, visit)
    exchanges = record.begin()
    record.caption("money.push")
    told = facts["challenge"]
    try:
        pending = demo().client.begin(
            f"openid {KINDS[step].scope}",
            pushed=True,
            ui_locales=words.language(),
            acr_values=" ".join(told["acr_values"]),
            max_age=told["max_age"],
            authorization_details=json.dumps(told["authorization_details"]),
        )
    except Declined as declined:
        facts |= {"challenge": None, "error": declined.error, "reason": declined.description}
        visit.shown[step].exchanges += exchanges
        return None
    visit.wait_for(pending, [], step)
    visit.shown[step].exchanges += exchanges
    return pending.url


def come_back(step, visit, pending, answer):
    """Take the answer of the approval: trade its code for a token, and do the deed with it.

    answer: the query of the redirect. Raises Refused: when the answer is not to be believed.
    """
    facts, ours = _waiting(step, visit), record.begin()
    try:
        record.caption("money.code")
        tokens = demo().client.finish(pending, answer)
        [asked] = facts["challenge"]["authorization_details"]
        facts["approved"] = _approved(visit, asked, tokens)
        record.caption("money.again")
        _take(step, visit, facts, _send(step, facts, tokens.access_token))
    except Declined as declined:
        facts |= {"error": declined.error, "reason": declined.description}
    facts["challenge"] = None
    visit.shown[step].exchanges += ours


def look_again(step, visit):
    """Ask how a payment stands now, and for its receipt once it is paid."""
    shown, exchanges = visit.shown.get(step), record.begin()
    if shown is None or "paymentId" not in shown.facts.get("done", {}):
        raise Refused("no payment of this visit is under way")
    here = f"/payments/{shown.facts['done']['paymentId']}"
    record.caption("money.look_caption")
    answer = demo().ask_bank(visit, here)
    if answer.is_success:
        shown.facts["done"] = answer.json()
        _receipt(visit, shown.facts)
    shown.exchanges += exchanges


def _waiting(step, visit):
    shown = visit.shown.get(step)
    if shown is None or not shown.facts.get("challenge"):
        raise Refused("no order of this visit waits for an approval")
    return shown.facts


def _send(step, facts, token):
    """Order it: each time with the same key, so that it is done once, however often we ask."""
    shown = {"Authorization": "Bearer " + token, "Idempotency-Key": facts["key"]}
    where = demo().bank + KINDS[step].path
    return demo().http.post(where, json=facts["order"], headers=shown)


def _approved(visit, asked, tokens):
    """Return what the token says was approved. Raises Refused: it is not what we asked for."""
    if tokens.claims["sub"] != visit.tokens.claims["sub"]:
        raise Refused("another person approved than the one who is here")
    for entry in tokens.authorization_details:
        if entry.get("transaction_id") == asked["transaction_id"]:
            return entry
    raise Refused("the token is not for the deed that was ordered")


def _take(step, visit, facts, answer):
    if not answer.is_success:
        facts |= {"failed": answer.status_code, "error": _told(answer).get("code", "")}
        return
    facts["done"] = answer.json()
    if step in {"bill", "topup"}:
        _receipt(visit, facts)


def _receipt(visit, facts):
    """Fetch the receipt of a payment, if there is one by now."""
    if facts["done"].get("receipt"):
        record.caption("money.receipt_asked")
        answer = demo().ask_bank(visit, facts["done"]["receipt"])
        facts["receipt"] = answer.json() if answer.is_success else None


def _told(answer):
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
