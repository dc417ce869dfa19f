"""The walk to each page of second factors: showing one, adding one, the list."""

import time
from urllib.parse import urlencode
from uuid import uuid4

import pyotp

from dev.gallery_steps import PASSWORD, press, sign_in

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def nobody_yet(gallery, *more):
    """Open an account with nothing but a password; return what its person is called.

    more: what else the command is told of them.
    """
    name = f"dora-{uuid4().hex[:8]}"
    told = ("--email", f"{name}@exemplo.com.br", "--username", name, "--password", PASSWORD)
    gallery.server.auth("people", "create", *told, "--name", "Dora Alves", "--verified", *more)
    return name


def somebody(page, gallery, path, *more):
    """Sign a person in who has nothing but a password; return what they are called."""
    name = nobody_yet(gallery, *more)
    page.goto(f"{gallery.url}{path}")
    sign_in(page, name)
    return name


def enabled(page, gallery):
    """Dora turns her authenticator app on; return her name and her app."""
    name = somebody(page, gallery, "/account/totp")
    app = pyotp.TOTP(page.text_content("#totp-secret").replace(" ", ""))
    page.fill("#otp", app.now())
    press(page, "#otp-submit")
    return name, app


def asked(page, gallery):
    """Dora's password is right, and now her app is asked for; return her name."""
    name, _ = enabled(page, gallery)
    page.goto(f"{gallery.url}/logout")
    press(page, "#logout-yes")
    page.goto(f"{gallery.url}/account")
    sign_in(page, name)
    return name


def second_factor(page, gallery):
    """The password was right; now the code."""
    asked(page, gallery)


def second_factor_wrong(page, gallery):
    """Not that code."""
    asked(page, gallery)
    page.fill("#otp", "000000")
    press(page, "#otp-submit")


def other_method(page, gallery):
    """Another way."""
    asked(page, gallery)
    press(page, "#other-method")


def second_factor_recovery(page, gallery):
    """By a code on paper."""
    other_method(page, gallery)
    press(page, "#method-recovery_code")


def enrolment(page, gallery):
    """An app needs two factors, and there is only one."""
    somebody(page, gallery, "/account")
    gallery.ask(page, acr_values="urn:brasil:openbanking:loa3")


def step_up(page, gallery):
    """An app needs two factors, and one was shown from a browser that is remembered."""
    name, app = enabled(page, gallery)
    page.goto(f"{gallery.url}/logout")
    press(page, "#logout-yes")
    page.goto(f"{gallery.url}/account")
    sign_in(page, name)
    page.check("#remember")
    page.fill("#otp", app.at(time.time() + 30))
    press(page, "#otp-submit")
    page.goto(f"{gallery.url}/logout")
    press(page, "#logout-yes")
    page.goto(f"{gallery.url}/account")
    sign_in(page, name)
    gallery.ask(page, acr_values="urn:brasil:openbanking:loa3")


def security(page, gallery):
    """How one signs in."""
    enabled(page, gallery)
    page.goto(f"{gallery.url}/account/security?{urlencode({'done': 'codes'})}")


def totp(page, gallery):
    """A new authenticator app."""
    somebody(page, gallery, "/account/totp")


def totp_on(page, gallery):
    """The app there is."""
    enabled(page, gallery)
    page.goto(f"{gallery.url}/account/totp")


def recovery_codes(page, gallery):
    """How many codes are left."""
    enabled(page, gallery)
    page.goto(f"{gallery.url}/account/recovery-codes")


def recovery_codes_once(page, gallery):
    """Ten codes, this once."""
    enabled(page, gallery)


def passkeys_none(page, gallery):
    """No passkey yet."""
    somebody(page, gallery, "/account/passkeys")


def passkey_new(page, gallery):
    """Make one here."""
    somebody(page, gallery, "/account/passkeys/new")


def passkeys(page, gallery):
    """One passkey."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable", {"enableUI": False})
    passkey_new(page, gallery)
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    press(page, "#passkey-create")
    press(page, "#codes-kept")


def passkey_invitation(page, gallery):
    """Signed in by password, on a device that could do better."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable", {"enableUI": False})
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    name = nobody_yet(gallery)
    gallery.ask(page)
    page.wait_for_function("document.querySelector('[name=passkeys_able]').value")
    sign_in(page, name)


def passkey_remove(page, gallery):
    """Remove the only one?"""
    passkeys(page, gallery)
    page.click("details.end > summary >> nth=0")
    press(page, "details.end a")


WALKS = (
    second_factor,
    second_factor_wrong,
    other_method,
    second_factor_recovery,
    enrolment,
    step_up,
    security,
    totp,
    totp_on,
    recovery_codes,
    recovery_codes_once,
    passkeys_none,
    passkey_new,
    passkeys,
    passkey_invitation,
    passkey_remove,
)
