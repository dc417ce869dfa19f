"""The walk to each page of a deed: to be approved, late, answered, impossible."""

import json
import time
from datetime import timedelta
from uuid import uuid4

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.notifications import subscriptions
from app.foundation.database import kept
from dev.gallery_apps import asking
from dev.gallery_factors import AUTHENTICATOR
from dev.gallery_messages import PHONE_AGENT, show_notices
from dev.gallery_steps import APP, PASSWORD, press, sign_in

CLIENT_ID = "cofrinho-paga"
PAYING = {
    "client_name": "Cofrinho",
    "client_uri": "https://cofrinho.example",
    "redirect_uris": [f"{APP}/callback"],
    "token_endpoint_auth_method": "none",
    "scope": "openid wallet:read wallet:transfer payments:write atm:withdraw",
}
BILL = {"id": "34191.79001 01043.510047 91020.150008 2 91070026000", "name": "Luz do Sul S.A."}
CASH = {"id": "ATM-17", "name": "Caixa da Praça da Sé", "institution": "Banco Azul"}


def payer(page, gallery, *more):
    """Sign a person in who has money; return their name and sub. more: for the command."""
    name = f"dora-{uuid4().hex[:8]}"
    told = ("--email", f"{name}@exemplo.com.br", "--username", name, "--password", PASSWORD)
    told += ("--name", "Dora Alves", "--verified", *more)
    made = gallery.server.auth("people", "create", *told)
    page.goto(f"{gallery.url}/account/passkeys/new")
    sign_in(page, name)
    return name, made["sub"]


def a_number():
    """Return a number that nobody else here has."""
    return f"+55119{uuid4().int % 10**8:08}"


def with_phone(page, gallery):
    """Sign a person in whose phone is proved; return their sub."""
    return payer(page, gallery, "--phone", a_number())[1]


def with_passkey(page, gallery, *more):
    """Sign a person in who has a passkey here; return their sub."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable", {"enableUI": False})
    _, sub = payer(page, gallery, *more)
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    press(page, "#passkey-create")
    return sub


def pay(page, gallery, sub, scope="openid wallet:transfer", **changed):
    """Let Cofrinho ask for a deed of the person ``sub``."""
    details = gallery.bank.asking(sub, CLIENT_ID, **changed)
    asked = {"client_id": CLIENT_ID, "scope": scope, "authorization_details": details}
    page.goto(asking(gallery.url, **asked))


def payment(page, gallery):
    """A first payment, by a passkey or a code."""
    sub = with_passkey(page, gallery, "--phone", a_number())
    pay(page, gallery, sub, first_payment=True)


def with_notices(page, gallery, *more):
    """Sign a person in whose phone has shown our notices for two days; return their sub."""
    name, sub = payer(page, gallery, *more)
    phone = gallery.visit(user_agent=PHONE_AGENT)
    phone.goto(f"{gallery.url}/account/security")
    sign_in(phone, name)
    show_notices(phone)
    phone.context.close()
    with gallery.server.inside("auth") as app, app.app_context(), kept(db):
        [browser] = subscriptions.of(lookup.by_sub(sub).id)
        browser.created_at -= timedelta(days=2)
    return sub


def payment_ways(page, gallery):
    """A code by SMS or in a notice."""
    pay(page, gallery, with_notices(page, gallery, "--phone", a_number()))


def payment_pushed(page, gallery):
    """The code was pushed to the phone."""
    payment_ways(page, gallery)
    press(page, "#push-send-1")


def payment_code(page, gallery):
    """The code was sent."""
    pay(page, gallery, with_phone(page, gallery))
    press(page, "#otp-send")


def payment_wrong(page, gallery):
    """A wrong code."""
    payment_code(page, gallery)
    page.fill("#otp", "000000")
    press(page, "#consent-allow")


def payment_bill(page, gallery):
    """A bill, with a long number and a due date."""
    changed = {"type": "bill_payment", "payee": BILL, "due_date": "2026-12-01", "amount": 18_790}
    sub = with_passkey(page, gallery)
    pay(page, gallery, sub, "openid payments:write", **changed, description=None)


def withdrawal(page, gallery):
    """Cash, at one machine."""
    changed = {"type": "atm_withdrawal", "payee": CASH, "amount": 20_000, "description": None}
    sub = with_passkey(page, gallery)
    pay(page, gallery, sub, "openid atm:withdraw", **changed)


def payment_late(page, gallery):
    """The deed is over."""
    sub = with_phone(page, gallery)
    soon = int(time.time()) + 4
    pay(page, gallery, sub, exp=soon)
    page.wait_for_timeout(1000 * max(0, soon + 1 - time.time()))
    page.reload()


def payment_answered(page, gallery):
    """It was refused in another tab."""
    sub = with_phone(page, gallery)
    details = gallery.bank.asking(sub, CLIENT_ID)
    asked = {"client_id": CLIENT_ID, "scope": "openid wallet:transfer"}
    asked["authorization_details"] = details
    page.goto(asking(gallery.url, **asked))
    other = page.context.new_page()
    other.goto(asking(gallery.url, **asked))
    with other.expect_event("requestfailed", lambda request: request.url.startswith(APP)):
        other.click("#consent-deny")
    other.close()
    page.reload()


def payment_impossible(page, gallery):
    """A person with neither passkey nor phone."""
    pay(page, gallery, payer(page, gallery)[1])


def consent_reading(page, gallery):
    """An app asks to read some of the account, until a day."""
    payer(page, gallery)
    entry = {
        "type": "account_information",
        "locations": [f"{gallery.url}/bank/wallet"],
        "actions": ["balance", "transactions"],
        "until": "2027-01-01",
    }
    asked = {"client_id": CLIENT_ID, "scope": "openid wallet:read"}
    page.goto(asking(gallery.url, **asked, authorization_details=json.dumps([entry])))


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        payment,
        payment_ways,
        payment_pushed,
        payment_code,
        payment_wrong,
        payment_bill,
        withdrawal,
        payment_late,
        payment_answered,
        payment_impossible,
        consent_reading,
    )
}
