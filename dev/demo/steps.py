"""What each step of the tour does. A step makes its requests; the record shows them."""

import secrets

from flask import current_app

from dev.demo import record
from dev.demo.relying_party import Declined
from dev.demo.visits import Shown

SCOPE = (
    "openid profile email offline_access wallet:read wallet:transfer payments:write atm:withdraw"
)
PAYMENT_MINOR = 500  # R$ 5,00: below every limit that asks for approval


class Demo:
    """What the pages need: the client, the bank's address, whom to pay little and whom much.

    payee: a ``sub``; friend: any name the bank pays by, such as an e-mail address.
    """

    def __init__(self, client, http, bank, payee, friend=""):
        self.client, self.http, self.bank = client, http, bank
        self.payee, self.friend = payee, friend

    def ask_bank(self, visit, path, **request):
        """Call the bank with the person's access token and return the answer, whatever it is."""
        headers = {"Authorization": "Bearer " + visit.tokens.access_token}
        headers |= request.pop("headers", {})
        method = "POST" if "json" in request else "GET"
        return self.http.request(method, self.bank + path, headers=headers, **request)


def demo():
    """Return this app's :class:`Demo`."""
    return current_app.extensions["demo"]


def userinfo(visit, _form):
    """Ask who the person is, as far as they let us know."""
    return {"claims": demo().client.userinfo(visit.tokens)}


def balance(visit, _form):
    """Ask the bank what is in the wallet."""
    answer = demo().ask_bank(visit, "/wallet/me/balance")
    return {"wallet": answer.json()} if answer.is_success else {"failed": answer.status_code}


def transfer(visit, form):
    """Send R$ 5,00. The same ``Idempotency-Key`` again gives the same answer and moves nothing."""
    if form.get("again") != "yes" or not visit.transfer_key:
        visit.transfer_key = secrets.token_urlsafe(16)
        visit.transfer_to = form.get("to", "").strip() or demo().payee
    order = {
        "to": visit.transfer_to,
        "amount": PAYMENT_MINOR,
        "currency": "BRL",
        "description": "Cofrinho",
    }
    headers = {"Idempotency-Key": visit.transfer_key}
    answer = demo().ask_bank(visit, "/wallet/me/transfer", json=order, headers=headers)
    return {"paid": answer.json()} if answer.is_success else {"failed": answer.status_code}


def introspection(visit, _form):
    """Ask whether the access token is still good."""
    return {"claims": demo().client.introspect(visit.tokens.access_token)}


def refresh(visit, _form):
    """Trade the refresh token for a new pair."""
    old = visit.tokens.refresh_token
    visit.tokens = demo().client.refresh(visit.tokens)
    return {"rotated": visit.tokens.refresh_token != old}


def reuse(visit, _form):
    """Show an old refresh token after its successor was used: the whole family ends."""
    client, stolen = demo().client, visit.tokens
    record.caption("reuse.first")
    visit.tokens = client.refresh(visit.tokens)
    record.caption("reuse.second")
    visit.tokens = client.refresh(visit.tokens)
    record.caption("reuse.old")
    facts = {"old": _answer(client.refresh, stolen)}
    record.caption("reuse.newest")
    facts["newest"] = _answer(client.refresh, visit.tokens)
    record.caption("reuse.introspection")
    facts["active"] = client.introspect(visit.tokens.access_token).get("active")
    record.caption("reuse.wallet")
    facts["wallet"] = demo().ask_bank(visit, "/wallet/me/balance").status_code
    return facts


DEEDS = {
    "userinfo": userinfo,
    "balance": balance,
    "transfer": transfer,
    "introspection": introspection,
    "refresh": refresh,
    "reuse": reuse,
}


def take(step, deed, visit, form):
    """Do ``deed`` (a function of visit and form) and keep what happened for the page of ``step``.

    A refusal by the server is part of the show: it is kept and shown, not raised.
    Raises Refused: when an answer is not to be believed.
    """
    exchanges = record.begin()
    try:
        shown = Shown(exchanges, deed(visit, form))
    except Declined as declined:
        shown = Shown(exchanges, {"error": declined.error}, note="note.declined")
    if any(each.status == 401 and "authentication" in _challenge(each) for each in exchanges):
        shown.note = "note.step_up"
    visit.shown[step] = shown


def _answer(refresh, tokens):
    try:
        refresh(tokens)
    except Declined as declined:
        return declined.error
    return "200"


def _challenge(exchange):
    return dict(exchange.answer_headers).get("www-authenticate", "")
