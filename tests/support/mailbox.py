"""What people were sent, read as a developer reads it: from ``/dev/mailbox``, once delivered."""

import re

import httpx

from app.auth.notifications import delivery
from tests.support import services


def received(app, to=""):
    """Deliver what waits in the house ``app``; return the messages to ``to``, newest first.

    Each is a dict of ``to``, ``channel``, ``subject`` and ``text``.
    """
    with app.app_context():
        delivery.deliver_due()
        delivery.deliver_pushes()
    return app.test_client().get("/dev/mailbox", query_string={"to": to}).json


def code(app, to):
    """Return the six digits of the newest message to ``to`` that has any."""
    texts = (each["text"] for each in received(app, to))
    return next(found[0] for text in texts if (found := re.search(r"\b\d{6}\b", text)))


def code_sent_to(url, to):
    """Return the code in the newest message to ``to``, once the server at ``url`` has sent one."""

    def sent():
        told = httpx.get(f"{url}/dev/mailbox", params={"to": to}).json()
        return re.findall(r"\b[0-9]{6}\b", " ".join(each["text"] for each in told))

    services.wait_for(sent, "the code")
    return sent()[0]
