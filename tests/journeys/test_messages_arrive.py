"""With the worker beside the server, a message is there within seconds (S9)."""

import httpx

from app.auth.database import db
from app.auth.notifications import post
from app.foundation.database import kept
from tests.support import services
from tests.support.marks import mission

ANA = "ana.chega@example.com"


@mission("S9", "S72")
def test_a_message_reaches_the_mailbox_while_the_worker_runs(live_server):
    with live_server.inside("auth") as app, app.app_context(), kept(db):
        post.mail("confirm_email", ANA, code="493027", minutes=10)

    def mailed():
        return httpx.get(f"{live_server.url}/dev/mailbox", params={"to": ANA}).json()

    with live_server.working():
        services.wait_for(mailed, "a message")

    [letter] = mailed()
    assert "493027" in letter["text"]
