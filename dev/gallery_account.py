"""The walk to the pages of one's own account."""

from dev.gallery_steps import press, sign_in


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


def privacy(page, gallery):
    """A copy, or leaving."""
    _own(page, gallery, "/account/privacy")


def privacy_export(page, gallery):
    """The copy."""
    _own(page, gallery, "/account/privacy/export")


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
    privacy,
    privacy_export,
    close,
    closed,
)
