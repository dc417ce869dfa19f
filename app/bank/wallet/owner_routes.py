"""What its owner settles about a wallet: limits, known payees, keys. Each passes the same gate.

What lets more money leave, or leave more easily, is asked of who was here surely enough a moment
ago (RFC 9470); what takes that away is done at once. No consent names the action ``settings``: an
app whose token is narrowed to balances or movements reads nothing here.
"""

from flask import Blueprint

from app.bank.deeds import challenge
from app.bank.gate import bank, caller
from app.bank.limits import periods, settling
from app.bank.problems import Invalid
from app.bank.sharing import TYPE, shared
from app.bank.wallet import contacts, payees
from app.foundation import clock, web
from app.foundation.problem_documents import wrong

wallet_owner = Blueprint("wallet_owner", __name__)
gate = bank.part("wallet")


@wallet_owner.get("/wallet/<user_id>/limits")
@gate.require("wallet:read", owner="user_id", live=True, details=TYPE)
@shared("wallet", "settings")
def limits(user_id):
    """Answer how much may leave the wallet, and from when more may."""
    return _limits(settling.of(caller().sub))


@wallet_owner.put("/wallet/<user_id>/limits")
@gate.require("wallet:limits", owner="user_id", live=True)
def change_limits(user_id):
    """Lower limits at once; raise them after a wait, asked of who was here a moment ago."""
    wanted, here = settling.read(web.json_body()), caller()
    if settling.raises(here.sub, wanted):
        challenge.demand_fresh(here)
    return _limits(settling.change(here.sub, wanted, here.sub))


@wallet_owner.delete("/wallet/<user_id>/limits/next")
@gate.require("wallet:limits", owner="user_id", live=True)
def keep_limits(user_id):
    """Let no higher limits follow those of now."""
    here = caller()
    return _limits(settling.take_back(here.sub, here.sub))


@wallet_owner.get("/wallet/<user_id>/payees")
@gate.require("wallet:read", owner="user_id", live=True, details=TYPE)
@shared("wallet", "settings")
def known_payees(user_id):
    """Answer whom the owner is known to pay."""
    known = payees.of(caller().sub)
    return {
        "items": [{"payee": one.payee_sub, "since": clock.iso(one.known_since)} for one in known]
    }


@wallet_owner.post("/wallet/<user_id>/payees")
@gate.require("wallet:limits", owner="user_id", live=True)
def trust_payee(user_id):
    """Mark a payee as known, asked of who was here a moment ago; 201."""
    named, here = web.json_body().get("payee"), caller()
    challenge.demand_fresh(here)
    if not isinstance(named, str | int) or isinstance(named, bool):
        raise Invalid([wrong("payee", "invalid_payee", "Name the payee's wallet.")])
    payee = payees.owner_of(str(named))
    payees.trust(here.sub, payee, actor=here.sub)
    return {"payee": payee, "known": True}, 201


@wallet_owner.delete("/wallet/<user_id>/payees/<payee>")
@gate.require("wallet:limits", owner="user_id", live=True)
def forget_payee(user_id, payee):
    """Let the next payment to them be a first one again; 204."""
    payees.forget(caller().sub, payee)
    return "", 204


@wallet_owner.get("/wallet/<user_id>/keys")
@gate.require("wallet:read", owner="user_id", live=True, details=TYPE)
@shared("wallet", "settings")
def keys(user_id):
    """Answer the contacts by which others may pay the owner, masked."""
    return {"items": [_key(one) for one in contacts.of(caller().sub)]}


@wallet_owner.post("/wallet/<user_id>/keys")
@gate.require("wallet:limits", owner="user_id", live=True)
def claim_key(user_id):
    """Let a contact that its owner has proved be a key to their wallet; 201."""
    here, contact = caller(), contacts.read(web.json_body(), "key")
    contacts.prove(here.sub, contact)
    return {"keyId": contacts.claim(here.sub, contact), "kind": contact.kind}, 201


@wallet_owner.delete("/wallet/<user_id>/keys/<key_id>")
@gate.require("wallet:limits", owner="user_id", live=True)
def remove_key(user_id, key_id):
    """Let a contact open the wallet no more; 204."""
    contacts.remove(caller().sub, key_id)
    return "", 204


def _key(key):
    shown = {"keyId": key.id, "kind": key.kind, "shown": key.shown}
    return shown | {"since": clock.iso(key.claimed_at)}


def _limits(settled):
    begin, end = periods.hours()
    told = {
        "limits": settled.now._asdict(),
        "night": {"from": f"{begin:%H:%M}", "to": f"{end:%H:%M}"},
    }
    if settled.next:
        told["next"] = settled.next._asdict() | {"from": clock.iso(settled.next_from)}
    return told
