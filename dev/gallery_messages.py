"""The walk to the mailbox of a developer's machine."""

from datetime import UTC, datetime
from functools import cache

from app.auth.database import db
from app.auth.notifications import delivery, post
from app.foundation.database import kept

ANA, PHONE = "ana@exemplo.com.br", "+5511987654321"
AT = datetime(2026, 11, 20, 17, 35, tzinfo=UTC)


def mailbox(page, gallery):
    """What was sent to people from here."""
    _send(gallery.server)
    page.goto(f"{gallery.url}/dev/mailbox")


def mailbox_empty(page, gallery):
    """Nothing was sent to somebody."""
    page.goto(f"{gallery.url}/dev/mailbox?to=ninguem@exemplo.com.br")


WALKS = (mailbox, mailbox_empty)


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
