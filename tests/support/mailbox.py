"""What people were sent, read as a developer reads it: from ``/dev/mailbox``, once delivered."""

import re

from app.auth.notifications import delivery


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
