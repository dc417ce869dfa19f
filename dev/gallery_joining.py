"""The walk to the pages of who joins, and of who comes back without a password."""

from itertools import count

from app.auth.notifications import delivery, mailbox
from dev.gallery_steps import press

NEW = "tres tigres na varanda"
_numbers = count(1)


def register(page, gallery):
    """Who wants to join?"""
    gallery.ask(page)
    press(page, "#register-link")


def register_error(page, gallery):
    """Some of it cannot be."""
    register(page, gallery)
    _fill(page, cpf="123", birth_date="15/01/2015", password="12345678")
    press(page, "#register-submit")


def verify_email(page, gallery):
    """The code that went to the address."""
    register(page, gallery)
    address = _fill(page)
    page.check("#terms")
    press(page, "#register-submit")
    return address


def verify_email_wrong(page, gallery):
    """Not that code."""
    verify_email(page, gallery)
    page.fill("#code", "12345x")
    press(page, "#verify-submit")


def verify_email_wait(page, gallery):
    """Another one, a moment later."""
    verify_email(page, gallery)
    press(page, "#code-resend")


def verify_phone(page, gallery):
    """The code that went to the phone."""
    page.fill("#code", code_of(gallery, verify_email(page, gallery)))
    press(page, "#verify-submit")


def forgot(page, gallery):
    """Who has forgotten the password, and where should a code go?"""
    gallery.ask(page)
    press(page, "#forgot-password")


def reset(page, gallery):
    """The code that was sent, if it was, and a new password."""
    forgot(page, gallery)
    page.fill("#identifier", f"ninguem{next(_numbers)}@exemplo.com.br")
    press(page, "#forgot-submit")


def reset_error(page, gallery):
    """Not that code."""
    reset(page, gallery)
    page.fill("#code", "123456")
    page.fill("#new_password", NEW)
    press(page, "#reset-submit")


def reset_over(page, gallery):
    """A link that was used."""
    page.goto(f"{gallery.url}/reset?token=used")


WALKS = (
    register,
    register_error,
    verify_email,
    verify_email_wrong,
    verify_email_wait,
    verify_phone,
    forgot,
    reset,
    reset_error,
    reset_over,
)


def _fill(page, **other):
    """Fill the form in as somebody new each time; return the address."""
    number = next(_numbers)
    typed = {
        "full_name": "Rita Alves",
        "email": f"rita{number}@exemplo.com.br",
        "cpf": "123.456.789-09",
        "birth_date": "15/01/1990",
        "phone": f"(11) 98765-{4000 + number}",
        "password": "nuvem de algodao doce",
    } | other
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    return typed["email"]


def code_of(gallery, address):
    """Return the code that was sent to ``address``."""
    with gallery.server.inside("auth") as app, app.app_context():
        delivery.deliver_due()
        return mailbox.read(address, 0, 1)[0].code
