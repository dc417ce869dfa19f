"""An administrator's day, and a day at the support desk: by pages alone, where two must agree."""

import re
from uuid import uuid4

import pytest

from tests.journeys.authenticator import Device
from tests.support import houses, live
from tests.support.marks import mission

PASSWORD = "nuvem de algodao doce"
CALLBACK = "https://loja.exemplo.com.br/volta"
WHY = "atendimento CH-2026-000123"


@pytest.fixture(scope="module")
def bank_of_two(run_folder, databases, chromium):
    """A house of its own that wants four eyes, whose first administrator never signed in."""
    urls = {house: databases.new(house, "sqlite") for house in houses.SETTINGS}
    server = live.LiveServer(run_folder, urls, FOUR_EYES="on")
    server.start()
    server.auth("people", "administrator")
    try:
        yield server
    finally:
        server.stop()
        for url in urls.values():
            databases.drop(url)


@pytest.fixture
def browser(bank_of_two, chromium):
    """Make browsers: each is a :class:`Somebody`."""
    opened = []

    def new():
        context = chromium.new_context(locale="pt-BR")
        context.set_default_timeout(20_000)
        opened.append(context)
        return Somebody(bank_of_two, context.new_page())

    yield new
    for context in opened:
        context.close()


class Somebody:
    """A person at a browser of their own."""

    def __init__(self, server, page):
        """Bring nothing but a browser."""
        self.server, self.page = server, page

    def go(self, path):
        """Type an address of ours."""
        self.page.goto(f"{self.server.url}{path}")

    def see(self, name):
        """Wait for the page so named."""
        self.page.wait_for_selector(f'body[data-page="{name}"]')

    def press(self, button):
        """Press a button or follow a link, and wait for where it leads."""
        with self.page.expect_navigation():
            self.page.click(button)

    def type(self, **typed):
        """Fill fields in, by their ids."""
        for field, value in typed.items():
            self.page.fill(f"#{field}", value)

    def sign_in(self, name, path, password=PASSWORD):
        """Sign in on the way to ``path``."""
        self.go(path)
        self.type(username=name, password=password)
        self.press("#login-submit")

    def read(self):
        """What the page says."""
        return self.page.inner_text("main")

    def approve(self):
        """Approve the newest of what waits for a second person; return what it says."""
        self.go("/admin/approvals")
        self.press('main a[href^="/admin/approvals/"]')
        told = self.read()
        self.press("#act-approve")
        return told


def enter_for_the_first_time(admin):
    """Sign in as the administrator whom the settings name: one must replace the known password."""
    admin.sign_in("admin", "/admin", "admin")
    admin.see("new-password")
    admin.type(new_password=PASSWORD)
    admin.press("#new-password-submit")
    admin.see("admin-dashboard")


def add_passkey(admin):
    """Make a passkey, the first factor: codes for when it is lost are shown once."""
    device = Device(admin.page)
    admin.go("/account/passkeys/new")
    admin.page.click("#passkey-create")
    admin.see("recovery-codes-once")
    assert len(device.keys()) == 1
    admin.press("#codes-kept")


def person(server, name, *options):
    """Open an account by the command line; return its e-mail, and what the command said."""
    email = f"{name}-{uuid4().hex[:8]}@exemplo.com.br"
    told = ("--email", email, "--password", PASSWORD, "--name", f"{name.title()} Prado")
    return email, server.auth("people", "create", *told, *options)


@mission("S2", "S84", "S124", "S135")
def test_a_day_of_the_bank(bank_of_two, browser, tmp_path):
    server, admin, second, ana = bank_of_two, browser(), browser(), browser()
    hers, _ = person(server, "ana")
    otto, _ = person(server, "otto", "--role", "admin")

    enter_for_the_first_time(admin)
    add_passkey(admin)
    assert "Otto Prado" in admin.approve()  # whom the command line wants to be an administrator
    second.sign_in(otto, "/admin")
    second.see("admin-dashboard")

    register_with_another(admin, second)
    ana.sign_in(hers, "/account")
    ana.see("account")
    sign_out(admin, hers)
    ana.go("/account")
    ana.see("login")
    rotate_keys(admin)
    server.auth("audit", "anchors", "write", tmp_path / "anchors")
    check_proof(admin, hers)

    sol, _ = person(server, "sol", "--role", "support")
    assert "Sol Prado" in second.approve()
    ana.sign_in(hers, "/account")
    help_somebody(browser(), sol, ana, hers)


def register_with_another(admin, second):
    """An app that moves money is registered by two."""
    admin.go("/admin/clients/new")
    admin.type(client_name="Loja do Porto", redirect_uris=CALLBACK)
    admin.page.check("#scope-wallet\\:transfer")
    admin.press("#client-submit")
    admin.go("/admin/clients?q=porto")
    assert "Loja do Porto" not in admin.read()
    assert "wallet:transfer" in second.approve()
    second.go("/admin/clients?q=porto")
    assert "Loja do Porto" in second.read()


def sign_out(admin, hers):
    """Find a person, who is shown masked, and sign them out everywhere."""
    admin.go(f"/admin/users?q={hers}")
    admin.press('main a[href^="/admin/users/"]')
    admin.see("admin-person")
    assert hers not in admin.read()
    admin.press("a[href$='/sign-out']")
    admin.press("#person-sign-out-confirm")
    admin.see("admin-person")


def rotate_keys(admin):
    """Let the next keys follow."""
    admin.go("/admin/keys")
    admin.press("#keys-rotate")
    admin.press("#admin-key-rotate-confirm")
    assert "Chaves trocadas" in admin.read()


def check_proof(admin, hers):
    """Find in the record that somebody was signed out; check that line's proof, and take it."""
    admin.go(f"/admin/audit?q={hers}")
    admin.page.select_option("#event", "account:access:signed_out")
    admin.press("#record-search-find")
    admin.press(".record a")
    admin.see("admin-record-line")
    assert admin.page.get_attribute("#proof", "data-proof") == "holds"
    with admin.page.expect_download() as taken:
        admin.page.click("#proof-download")
    assert taken.value.suggested_filename.endswith(".proof.json")


def help_somebody(support, sol, ana, hers):
    """Support finds somebody, says why, asks to see as they do, and is let, until they end it."""
    support.sign_in(sol, f"/admin/users?q={hers}")
    support.press('main a[href^="/admin/users/"]')
    support.type(reason=WHY)
    support.press("#why-confirm")
    support.see("admin-person")
    assert hers not in support.read()
    assert not support.page.query_selector("#person-lock")
    support.press("#person-act-for")
    support.type(reason=WHY)
    support.press("#acting-ask")
    assert not support.page.query_selector("#leave-handle")

    ana.go("/account")
    ana.press("#see-support")
    assert "CH-2026-000123" in ana.read()
    ana.press("#support-allow")
    ana.see("account-support")
    support.page.reload()
    handle = support.page.inner_text("#leave-handle")
    assert re.fullmatch(r"dlg_[0-9a-z]{25}\.[0-9a-f]{64}", handle)
    ana.press("#support-end")
    support.page.reload()
    assert not support.page.query_selector("#leave-handle")
