"""Money at the demo, in a real browser beside what ``make run`` serves: from order to evidence."""

import re
import secrets
from types import SimpleNamespace

import pytest

from tests.journeys.authenticator import Device
from tests.support import looking, mailbox
from tests.support.commands import Commands
from tests.support.marks import mission

PASSWORD = "corredor azul 42"


@pytest.fixture(scope="module")
def commands(served):
    """The commands of the houses that are served."""
    opened = Commands(served.folder, served.environment)
    yield opened
    opened.close()


@pytest.fixture
def person(commands):
    """Somebody of their own, with a phone that is proved and R$ 5.000,00."""
    email, phone = f"{secrets.token_hex(6)}@exemplo.com.br", f"+55119{secrets.randbelow(10**8):08}"
    told = ("--email", email, "--password", PASSWORD, "--phone", phone, "--name", "Bia Souza")
    sub = commands.run("auth", "people", "create", *told, "--verified")["sub"]
    commands.run("bank", "wallets", "fund", sub, 500_000)
    return SimpleNamespace(email=email, phone=phone, sub=sub, password=PASSWORD)


@pytest.fixture(params=[True, False], ids=["with_javascript", "without_javascript"])
def page(chromium, request):
    """A fresh browser; it says what it complained of in ``page.said``."""
    context = chromium.new_context(locale="pt-BR", java_script_enabled=request.param)
    context.set_default_timeout(90_000)
    page, page.said = context.new_page(), []
    page.on("console", lambda message: page.said.append(message.text))
    yield page
    context.close()


def sign_in(page, served, person):
    """From the demo's start to its tokens."""
    page.goto(served.url + "/demo/")
    page.click("#sign-in")
    page.wait_for_url(re.compile("/login/|/consent/|/demo/tokens"))
    if page.locator("#login-form").count():
        page.fill("#username", person.email)
        page.fill("#password", person.password)
        page.click("#login-submit")
    page.wait_for_url(re.compile("/consent/|/demo/tokens"))
    if "/consent/" in page.url:
        page.click("#consent-allow")
    page.wait_for_url(served.url + "/demo/tokens")


def go_to_approve(page, served, step):
    """Order what the page of ``step`` proposes, and go where its owner decides."""
    page.goto(f"{served.url}/demo/{step}")
    page.click("#do")
    page.click("#approve")
    page.wait_for_selector('body[data-page="payment"]')


def approve_by_code(page, served, person):
    """Ask for the code that is sent for this deed, and type it."""
    page.click("#otp-send")
    page.locator("#otp").wait_for()
    page.fill("#otp", mailbox.code_sent_to(served.url, person.phone))
    page.click("#consent-allow")


def statuses(page):
    """Return the status of each request that the page shows, but those for metadata and keys."""
    return [each.get_attribute("data-status") for each in page.locator("details[open]").all()]


@mission("S78", "S79", "S80")
def test_a_friend_is_paid_by_passkey_and_the_proof_holds(browser_page, served, person):
    page = browser_page
    page.set_default_timeout(90_000)  # to export evidence is to start the server's commands
    Device(page)
    page.goto(f"{served.url}/account/passkeys/new")
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.click("#passkey-create")
    page.wait_for_selector("#codes-kept")
    sign_in(page, served, person)

    go_to_approve(page, served, "pay")
    assert page.inner_text("#tx-amount").replace("\xa0", " ") == "R$ 1.250,00"
    assert page.inner_text("#tx-payee") == "Marina Alves"
    page.click("#stepup-passkey")
    page.wait_for_url(served.url + "/demo/pay")

    assert page.get_attribute("#receipt", "data-status") == "completed"
    assert "passkey" in page.inner_text("#approved h2")
    assert statuses(page)[:2] == ["401", "201"]
    assert statuses(page)[-2:] == ["200", "201"]
    page.click("#to-evidence")
    page.click("#do")
    assert page.get_attribute("#checked", "data-status") == "0"
    assert "signature: the passkey signed all of that" in page.inner_text("#checked")
    assert page.get_attribute("#forged", "data-status") == "1"
    assert "FAILED  amount" in page.inner_text("#forged")


@mission("S79")
def test_a_friend_is_paid_by_code_and_by_keyboard(page, served, person):
    sign_in(page, served, person)
    page.goto(f"{served.url}/demo/pay")
    page.fill("#amount", "1.250,01")
    page.press("#amount", "Enter")
    assert "1.250,01" in page.inner_text("#challenge .amount")
    page.focus("#approve")
    page.keyboard.press("Enter")

    approve_by_code(page, served, person)

    page.wait_for_url(served.url + "/demo/pay")
    assert page.get_attribute("#receipt", "data-status") == "completed"
    assert "sms" in page.inner_text("#approved h2")
    assert page.said == []


@mission("S79")
def test_who_refuses_pays_nothing_and_is_told_so_kindly(page, served, person):
    sign_in(page, served, person)
    go_to_approve(page, served, "bill")

    page.click("#consent-deny")

    page.locator("#refused").wait_for()
    assert page.locator("#receipt").count() == 0
    page.goto(f"{served.url}/demo/balance")
    page.click("#do")
    assert "5.000,00" in page.inner_text("#balance")


@mission("S103")
def test_a_bill_is_read_approved_and_paid(page, served, person):
    sign_in(page, served, person)
    go_to_approve(page, served, "bill")

    approve_by_code(page, served, person)

    page.wait_for_url(served.url + "/demo/bill")
    assert "authenticationCode" in page.inner_text("#receipt")


def test_phone_credit_that_is_small_needs_nobody(page, served, person):
    sign_in(page, served, person)
    page.goto(f"{served.url}/demo/topup")

    page.select_option("#carrier", "vivo")
    page.click("#do")

    approved_or_done = page.locator("#receipt, #challenge")
    approved_or_done.wait_for()
    assert approved_or_done.count() == 1


@mission("S106", "S108", "S110")
def test_cash_is_ordered_and_paid_out_once_at_the_machine(page, served, person):
    sign_in(page, served, person)
    go_to_approve(page, served, "cash")
    approve_by_code(page, served, person)
    digits = page.inner_text("#voucher-code")
    assert page.locator("#voucher .qr svg").count() == 1

    page.click("#to-machine")
    page.fill("#token", digits)
    page.click("#validate")
    assert "100,00" in page.inner_text("#authorized")
    page.click("#dispensed")
    assert page.get_attribute("#told", "data-state") == "dispensed"

    page.click("#scan")
    assert "already_used" in page.inner_text("#failed")


def test_everyone_can_use_the_pages_of_money(chromium, served, person):
    context = chromium.new_context(locale="pt-BR", reduced_motion="reduce")
    context.set_default_timeout(90_000)
    page, wrong = context.new_page(), []

    def look():
        page.wait_for_load_state()
        for width, theme, rules in looking.looks(1280, 320):
            looking.turn(page, width, theme)
            found = looking.at_fault(page, rules)
            wrong.extend((page.url, width, theme, *each) for each in found)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append((page.url, width, "sideways scroll"))

    sign_in(page, served, person)
    for step in ("bill", "pay", "atm"):
        page.goto(f"{served.url}/demo/{step}")
        if step != "atm":
            page.click("#do")
        look()
    go_to_approve(page, served, "cash")
    approve_by_code(page, served, person)
    look()
    page.click("#to-machine")
    page.click("#scan")
    look()
    page.click("#jammed")
    look()
    page.goto(f"{served.url}/demo/evidence")
    page.click("#do")
    look()
    context.close()

    assert wrong == []
