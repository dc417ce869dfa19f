"""The walk to the pages of who has lost every factor, and of who stops them."""

from app.auth.notifications import delivery, mailbox
from dev import gallery_factors, passing
from dev.gallery_steps import press, sign_in

WAIT_HOURS = 72


def lost_factors_new(page, gallery):
    """No contact was proved long enough ago."""
    _lost(page, gallery, hours=0)


def lost_factors(page, gallery):
    """What happens now?"""
    _lost(page, gallery)


def lost_code(page, gallery):
    """The code that was sent."""
    return _coded(page, gallery)


def lost_code_wrong(page, gallery):
    """Not that code."""
    _coded(page, gallery)
    page.fill("#code", "12345x")
    press(page, "#lost-code-submit")


def lost_factors_waiting(page, gallery):
    """The wait has begun."""
    address = _coded(page, gallery)
    page.fill("#code", _newest(gallery, address).code)
    press(page, "#lost-code-submit")
    return address


def lost_factors_open(page, gallery):
    """The wait is over."""
    passing.hours(gallery.server, lost_factors_waiting(page, gallery), WAIT_HOURS)
    page.reload()


def recovery_stop(page, gallery):
    """Stop it?"""
    told = _newest(gallery, lost_factors_waiting(page, gallery))
    page.goto(next(line for line in told.text.splitlines() if "/recovery/stop?" in line))


def recovery_stopped(page, gallery):
    """It was stopped."""
    recovery_stop(page, gallery)
    press(page, "#recovery-stop")


def recovery_over(page, gallery):
    """There is nothing to stop."""
    page.goto(f"{gallery.url}/recovery/stop?token=over")


def account_alert(page, gallery):
    """Somebody recovers the account that is open here."""
    name, _ = gallery_factors.enabled(page, gallery)
    page.goto(f"{gallery.url}/account")
    _begun_elsewhere(gallery, name)
    page.reload()


WALKS = (
    lost_factors_new,
    lost_factors,
    lost_code,
    lost_code_wrong,
    lost_factors_waiting,
    lost_factors_open,
    recovery_stop,
    recovery_stopped,
    recovery_over,
    account_alert,
)
PAGES = {walk.__name__.replace("_", "-"): walk for walk in WALKS}


def _lost(page, gallery, hours=WAIT_HOURS):
    """Dora's password is right, and she has lost the rest; return her address."""
    name = gallery_factors.asked(page, gallery)
    passing.hours(gallery.server, f"{name}@exemplo.com.br", hours)
    press(page, "#other-method")
    press(page, "#lost-everything")
    return f"{name}@exemplo.com.br"


def _coded(page, gallery):
    address = _lost(page, gallery)
    press(page, "#lost-submit")
    return address


def _begun_elsewhere(gallery, name):
    """Somebody who knows the password and reads the mail of ``name`` begins."""
    elsewhere = gallery.visit()
    address = f"{name}@exemplo.com.br"
    passing.hours(gallery.server, address, WAIT_HOURS)
    elsewhere.goto(f"{gallery.url}/account")
    sign_in(elsewhere, name)
    for button in ("#other-method", "#lost-everything", "#lost-submit"):
        press(elsewhere, button)
    elsewhere.fill("#code", _newest(gallery, address).code)
    press(elsewhere, "#lost-code-submit")
    elsewhere.context.close()


def _newest(gallery, address):
    """The newest message to ``address``."""
    with gallery.server.inside("auth") as app, app.app_context():
        delivery.deliver_due()
        return mailbox.read(address, 0, 1)[0]
