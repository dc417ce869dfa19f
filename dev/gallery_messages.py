"""The walk to what people are told: the mailbox of a developer's machine, notices on devices."""

from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

from app.auth.database import db
from app.auth.notifications import delivery, post
from app.foundation.database import kept
from dev.gallery_factors import somebody
from dev.gallery_steps import PASSWORD, press, sign_in

ANA, PHONE = "ana@exemplo.com.br", "+5511987654321"
KEYS = (  # of a browser (RFC 8291 §5)
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
TURN_ON = """([endpoint, p256dh, auth]) => {
    const form = document.getElementById("push-form");
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = p256dh;
    form.elements.auth.value = auth;
    form.submit();
}"""
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/146.0.0.0 Mobile Safari/537.36"
)
AT = datetime(2026, 11, 20, 17, 35, tzinfo=UTC)


def mailbox(page, gallery):
    """What was sent to people from here."""
    _send(gallery.server)
    page.goto(f"{gallery.url}/dev/mailbox")


def mailbox_empty(page, gallery):
    """Nothing was sent to somebody."""
    page.goto(f"{gallery.url}/dev/mailbox?to=ninguem@exemplo.com.br")


def notices(page, gallery):
    """Notices of security are shown on this device, and on a phone."""
    name = f"enzo-{uuid4().hex[:8]}"
    told = ("--email", f"{name}@exemplo.com.br", "--username", name, "--password", PASSWORD)
    gallery.server.auth("people", "create", *told, "--name", "Enzo Dias", "--verified")
    phone = gallery.visit(user_agent=PHONE_AGENT)
    for device in (phone, page):
        device.goto(f"{gallery.url}/account/security")
        sign_in(device, name)
        show_notices(device)
    phone.context.close()


def show_notices(page):
    """Turn notices on in this browser, at its page of security."""
    with page.expect_navigation():
        page.evaluate(TURN_ON, [f"https://push.example/{uuid4().hex}", *KEYS])


def notice_choices(page, gallery):
    """By which channels one hears of one's money."""
    somebody(page, gallery, "/account/notices")


def notice_choices_silent(page, gallery):
    """What must be heard was silenced."""
    notice_choices(page, gallery)
    page.uncheck("#payments-mail")
    press(page, "#notices-submit")


def notice_choices_kept(page, gallery):
    """They were kept."""
    notice_choices(page, gallery)
    page.uncheck("#received-mail")
    press(page, "#notices-submit")


WALKS = (
    mailbox,
    mailbox_empty,
    notices,
    notice_choices,
    notice_choices_silent,
    notice_choices_kept,
)


@cache
def _send(server):
    """Deliver a few messages, once a server."""
    with server.inside("auth") as app, app.app_context():
        with kept(db):
            post.mail("confirm_email", ANA, code="493027", minutes=10)
            link = f"{server.url}/reset"
            post.mail("reset_code", ANA, code="118204", link=link, minutes=10)
            told = {"device": "iPhone, Safari", "place": "187.33.•••.12"}
            post.mail("new_sign_in", ANA, at=AT, **told)
            post.sms("sign_in_code", PHONE, code="730915", minutes=5, device=None, place=None)
        delivery.deliver_due()
