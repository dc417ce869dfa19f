"""The story of an account: joined, proved, opened in every way, lost, and won back."""

import re
import time
from random import SystemRandom
from uuid import uuid4

import pyotp
import pytest

from dev import passing
from tests.journeys.authenticator import Device
from tests.support import mailbox
from tests.support.marks import mission

PASSWORD = "nuvem de algodao doce"
WAIT_HOURS = 72


class Someone:
    """A person with a browser, a phone, a sheet of paper; what they have, they have from pages."""

    def __init__(self, server, house, context):
        """Bring nothing but a browser, whose context it is."""
        self.server, self._house = server, house
        self.page = context.new_page()
        self.email = f"{uuid4().hex}@exemplo.com.br"
        self.phone = f"+55119{SystemRandom().randrange(10**7, 10**8)}"
        self.app, self.paper = None, []

    def go(self, path):
        """Type an address of ours."""
        self.page.goto(f"{self.server.url}{path}")

    def see(self, name):
        """Wait for the page so named."""
        self.page.wait_for_selector(f'body[data-page="{name}"]', timeout=15_000)

    def press(self, button):
        """Press a button or follow a link, and wait for where it leads."""
        with self.page.expect_navigation(timeout=15_000):
            self.page.click(button)

    def type(self, **typed):
        """Fill fields in, by their ids."""
        for field, value in typed.items():
            self.page.fill(f"#{field}", value)

    def code_for(self, contact):
        """Read the code of the newest message, where developers read messages."""
        return mailbox.code(self._house, contact)

    def show_password(self):
        """Fill the login page in."""
        self.go("/account")
        self.type(username=self.email, password=PASSWORD)
        self.press("#login-submit")

    def leave(self):
        """Sign out."""
        self.go("/logout")
        self.press("#logout-yes")
        self.see("logged-out")


@pytest.fixture
def house(live_server):
    """The authorization server's own application, to read its mailbox by."""
    with live_server.inside("auth") as app:
        yield app


@pytest.fixture
def someone(live_server, house, chromium):
    """Make people: ``someone(script=False)``; ``someone(like=ana)`` is Ana at another browser."""
    opened = []

    def new(script=True, like=None):
        context = chromium.new_context(locale="pt-BR", java_script_enabled=script)
        context.set_default_timeout(15_000)
        opened.append(context)
        person = Someone(live_server, house, context)
        if like:
            person.email, person.paper = like.email, like.paper
        return person

    yield new
    for context in opened:
        context.close()


def join(ana):
    """Open an account; prove the e-mail address, then the phone."""
    ana.go("/register")
    ana.type(full_name="Ana Souza", email=ana.email, cpf=a_cpf(), phone=ana.phone)
    ana.type(birth_date="15/01/1990", password=PASSWORD)
    ana.page.check("#terms")
    ana.press("#register-submit")
    for contact in (ana.email, ana.phone):
        ana.see("verify")
        ana.type(code=ana.code_for(contact))
        ana.press("#verify-submit")
    ana.see("account")


def add_app(ana):
    """Set an authenticator app up; keep the codes on paper."""
    ana.go("/account/totp")
    ana.app = pyotp.TOTP(ana.page.text_content("#totp-secret").replace(" ", ""))
    ana.type(otp=ana.app.now())
    ana.press("#otp-submit")
    ana.see("recovery-codes-once")
    shown = ana.page.text_content("#recovery-codes")
    ana.paper = re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", shown)
    assert len(ana.paper) == 10
    ana.press("#codes-kept")


def add_passkeys(ana):
    """Make a passkey on a key, which goes into a drawer, and one on this device."""
    key = Device(ana.page, "usb")
    add_passkey(ana, key)
    key.stop_answering(True)
    here = Device(ana.page)
    add_passkey(ana, here)
    here.stop_answering(True)
    return here


def add_passkey(ana, device):
    """Make a passkey with ``device``."""
    ana.go("/account/passkeys/new")
    ana.page.click("#passkey-create")
    ana.see("passkeys")
    assert len(device.keys()) == 1


def sign_in_by_passkey(ana, device):
    """Choose it where the name is typed; then by the button."""
    device.stop_answering(False)
    ana.go("/account")
    ana.see("account")  # chosen in the field, which this browser does by itself
    ana.leave()
    device.stop_answering(True)
    ana.go("/account")
    device.stop_answering(False)
    ana.page.wait_for_timeout(300)
    if ana.page.get_attribute("body", "data-page") == "login":
        ana.page.click("#passkey-login")
    ana.see("account")
    device.stop_answering(True)
    ana.leave()


def sign_in_by_app(ana):
    """By the password and the code of the app."""
    ana.show_password()
    ana.see("second-factor")
    ana.type(otp=ana.app.at(time.time() + 30))  # of now one was shown
    ana.press("#otp-submit")
    ana.see("account")


def sign_in_by_paper(ana):
    """By the password and a code on paper."""
    ana.show_password()
    ana.press("#other-method")
    ana.press("#method-recovery_code")
    ana.type(recovery_code=ana.paper.pop())
    ana.press("#otp-submit")
    ana.see("account")


def end_the_others(ana):
    """End every session but this."""
    ana.go("/account/sessions")
    ana.press("#end-others")
    ana.press("#revoke-others")
    ana.see("sessions")


def lose_everything(ana):
    """Say so after the password, and type the code that comes by mail."""
    ana.show_password()
    ana.press("#other-method")
    ana.press("#lost-everything")
    ana.see("lost-factors")


def type_code_of_recovery(ana):
    """Have a code sent to the e-mail address and type it."""
    ana.press("#lost-submit")
    ana.type(code=ana.code_for(ana.email))
    ana.press("#lost-code-submit")


@mission("S12", "S30", "S61", "S80")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_account_is_opened_used_in_every_way_lost_and_won_back(someone, script):
    ana = someone(script)
    join(ana)
    add_app(ana)
    if script:
        device = add_passkeys(ana)
        ana.leave()
        sign_in_by_passkey(ana, device)
    else:
        ana.leave()
    sign_in_by_app(ana)
    ana.leave()
    sign_in_by_paper(ana)

    elsewhere = someone(script, like=ana)
    sign_in_by_paper(elsewhere)
    end_the_others(ana)
    elsewhere.go("/account")
    elsewhere.see("login")
    ana.leave()

    passing.hours(ana.server, ana.email, WAIT_HOURS)  # an account of three days
    lose_everything(ana)
    type_code_of_recovery(ana)
    assert ana.page.get_attribute("body", "data-state") == "waiting"
    passing.hours(ana.server, ana.email, WAIT_HOURS)
    lose_everything(ana)
    assert ana.page.get_attribute("body", "data-state") == "open"
    type_code_of_recovery(ana)

    if script:  # who has nothing but a password is invited
        ana.see("passkey-invitation")
        ana.press("#passkey-later")
    ana.see("account")
    ana.leave()
    ana.show_password()
    ana.see("account")  # one factor is all that is left
    told = [each["subject"] for each in mailbox.received(ana._house, ana.email)]
    assert "Sua conta foi recuperada sem a segunda etapa" in told


def a_cpf():
    """Return a CPF of nobody's, its check digits right."""
    digits = [SystemRandom().randrange(10) for _ in range(9)]
    for length in (10, 11):
        weighed = sum(digit * (length - at) for at, digit in enumerate(digits))
        digits.append(weighed * 10 % 11 % 10)
    return "".join(map(str, digits))
