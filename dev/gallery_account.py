"""The walk to the pages of one's own account."""

from dev.gallery_factors import nobody_yet
from dev.gallery_steps import press, sign_in

TABLET = (
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


def _own(page, gallery, path, name="Bia Lima"):
    page.goto(f"{gallery.url}{path}")
    sign_in(page, name)


def profile(page, gallery):
    """One's own data."""
    _own(page, gallery, "/account/profile")


def profile_error(page, gallery):
    """A name that is none."""
    profile(page, gallery)
    page.fill("#full_name", "")
    press(page, "#profile-submit")


def contact(page, gallery):
    """Another e-mail address is wanted."""
    _own(page, gallery, "/account/contact/email")


def contact_code(page, gallery):
    """A code was sent there, a moment ago or just now."""
    contact(page, gallery)
    page.fill("#email", "bia@novo.example")
    press(page, "#contact-submit")
    page.goto(f"{gallery.url}/account/contact/email/code")


def password(page, gallery):
    """Another password is wanted."""
    _own(page, gallery, "/account/password")


def password_error(page, gallery):
    """One that everybody knows."""
    password(page, gallery)
    page.fill("#current_password", "corredor azul 42")
    page.fill("#new_password", "12345678")
    press(page, "#password-submit")


def apps(page, gallery):
    """Who may use the account."""
    _own(page, gallery, "/account/apps")


def apps_none(page, gallery):
    """Nobody may."""
    _own(page, gallery, "/account/apps", "Dora Alves")


def app(page, gallery):
    """What one of them may do."""
    _own(page, gallery, "/account/apps/cofrinho")


def app_end(page, gallery):
    """It is about to be ended."""
    _own(page, gallery, "/account/apps/cofrinho/end")


def activity(page, gallery):
    """What happened."""
    _own(page, gallery, "/account/activity")


def not_me(page, gallery):
    """Somebody else signed in."""
    _own(page, gallery, "/account/sessions", "Ana Souza")
    page.click("details.end > summary >> nth=0")
    with page.expect_navigation():
        page.click("details.end[open] a")


def sessions_new_device(page, gallery):
    """Somebody signed in elsewhere: was it you?"""
    name = nobody_yet(gallery)
    page.goto(f"{gallery.url}/account/sessions")
    sign_in(page, name)
    elsewhere = gallery.visit(user_agent=TABLET)
    elsewhere.goto(f"{gallery.url}/account")
    sign_in(elsewhere, name)
    elsewhere.context.close()
    page.reload()


def device_name(page, gallery):
    """A name of one's own for a device."""
    _own(page, gallery, "/account/sessions", "Ana Souza")
    page.click("a.rename >> nth=0")
    page.wait_for_selector("#device-name-form")


def privacy(page, gallery):
    """A copy, or leaving."""
    _own(page, gallery, "/account/privacy")


def privacy_export(page, gallery):
    """The copy."""
    _own(page, gallery, "/account/privacy/export")


def privacy_data(page, gallery):
    """The copy, to read."""
    privacy_export(page, gallery)
    press(page, "#export-look")


def close(page, gallery):
    """Leaving."""
    _own(page, gallery, "/account/close", "Dora Alves")


def closed(page, gallery):
    """One has left; the next who signs in as Dora stops it."""
    close(page, gallery)
    press(page, "#close-confirm")


WALKS = (
    profile,
    profile_error,
    contact,
    contact_code,
    password,
    password_error,
    apps,
    apps_none,
    app,
    app_end,
    activity,
    not_me,
    sessions_new_device,
    device_name,
    privacy,
    privacy_export,
    privacy_data,
    close,
    closed,
)
