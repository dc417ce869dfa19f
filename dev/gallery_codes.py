"""The walk to each state of the pages where a code that was sent is typed."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, update

from app.auth.accounts import lookup
from app.auth.accounts.models import LoginTries
from app.auth.accounts.proofs.models import VerificationToken
from app.auth.database import db
from app.auth.factors import one_time_codes, recovery_codes
from app.foundation import clock
from app.foundation.database import kept
from dev.gallery_factors import somebody
from dev.gallery_joining import code_of
from dev.gallery_steps import PASSWORD, press, sign_in


def _asked(page, gallery, *names):
    """Somebody with these factors, and her password shown; return her address."""
    name = somebody(page, gallery, "/account", "--phone", _number())
    address = f"{name}@exemplo.com.br"
    with gallery.server.inside("auth") as app, app.app_context(), kept(db):
        user_id = lookup.by_email(address).id
        for each in names:
            one_time_codes.enable(user_id, each)
        recovery_codes.draw(user_id)
    _sign_in_again(page, gallery, name)
    return address


def _sign_in_again(page, gallery, name):
    page.goto(f"{gallery.url}/logout")
    press(page, "#logout-yes")
    page.goto(f"{gallery.url}/account")
    sign_in(page, name, PASSWORD)


def _number():
    return f"+55119{uuid4().int % 10**8:08}"


def _let_time_pass(gallery, address):
    """What was sent to her is too old, and another may be."""
    with gallery.server.inside("auth") as app, app.app_context(), kept(db):
        mine = VerificationToken.user_id == lookup.by_email(address).id
        past = clock.now() - timedelta(seconds=1)
        db.session.execute(update(VerificationToken).where(mine).values(expires_at=past))
        db.session.execute(delete(LoginTries))


def code_by_mail(page, gallery):
    """The password was right, and a code went to the e-mail address."""
    _asked(page, gallery, "email_code")


def code_by_sms(page, gallery):
    """And a code went to the phone."""
    _asked(page, gallery, "sms_code", "email_code")


def code_expired(page, gallery):
    """That code is too old, and there is another."""
    address = _asked(page, gallery, "email_code")
    code = code_of(gallery, address)
    _let_time_pass(gallery, address)
    page.fill("#otp", code)
    press(page, "#otp-submit")


def code_limited(page, gallery):
    """Too many wrong ones."""
    address = _asked(page, gallery, "email_code")
    wrong = f"{(int(code_of(gallery, address)) + 1) % 10**6:06}"
    for _ in range(5):
        page.fill("#otp", wrong)
        press(page, "#otp-submit")
    press(page, "#otp-send")


def code_wait(page, gallery):
    """Another one, too soon."""
    _asked(page, gallery, "email_code")
    press(page, "#otp-resend")


def code_resent(page, gallery):
    """Another one."""
    address = _asked(page, gallery, "email_code")
    _let_time_pass(gallery, address)
    page.reload()
    press(page, "#otp-send")
    _let_time_pass(gallery, address)
    page.evaluate("document.querySelector('#otp-resend').click()")
    page.wait_for_url("**sent=1")


def code_not_sent(page, gallery):
    """The one that was sent is too old: ask for another."""
    address = _asked(page, gallery, "email_code")
    _let_time_pass(gallery, address)
    page.reload()


def other_codes(page, gallery):
    """Another way, among codes that are sent."""
    _asked(page, gallery, "sms_code", "email_code")
    press(page, "#other-method")


def no_way(page, gallery):
    """The password came by the same mailbox."""
    address = _asked(page, gallery, "email_code")
    with gallery.server.inside("auth") as app, app.app_context(), kept(db):
        one_time_codes.password_came_by(lookup.by_email(address).id, "email")
    page.reload()


def step_up_code(page, gallery):
    """Confirm by a code that is sent: an app wants two factors, and one was shown here."""
    address = _asked(page, gallery, "email_code")
    page.check("#remember")
    page.fill("#otp", code_of(gallery, address))
    press(page, "#otp-submit")
    _sign_in_again(page, gallery, address)
    gallery.ask(page, acr_values="urn:brasil:openbanking:loa3")


def code_factor(page, gallery):
    """Turn codes by mail on?"""
    somebody(page, gallery, "/account/codes/email")


def code_factor_sent(page, gallery):
    """Type the one that was sent."""
    code_factor(page, gallery)
    press(page, "#otp-send")


def code_factor_on(page, gallery):
    """They are on."""
    name = somebody(page, gallery, "/account/codes/email")
    press(page, "#otp-send")
    page.fill("#otp", code_of(gallery, f"{name}@exemplo.com.br"))
    press(page, "#otp-submit")
    page.goto(f"{gallery.url}/account/codes/email")


def code_factor_no_contact(page, gallery):
    """No phone is proved yet."""
    somebody(page, gallery, "/account/codes/sms")


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        code_by_mail,
        code_by_sms,
        code_expired,
        code_limited,
        code_wait,
        code_resent,
        code_not_sent,
        other_codes,
        no_way,
        step_up_code,
        code_factor,
        code_factor_sent,
        code_factor_on,
        code_factor_no_contact,
    )
}
