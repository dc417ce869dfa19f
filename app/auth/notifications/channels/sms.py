"""SMS, by an HTTP gateway: one POST of JSON a message.

    POST SMS_GATEWAY_URL
    Authorization: Bearer SMS_GATEWAY_TOKEN
    Idempotency-Key: msg_…

    {"id": "msg_…", "to": "+5511…", "from": "…", "text": "…"}

Any 2xx means that the gateway took it; a gateway that has seen the id is to take it as the same.
"""

import json

from flask import current_app

from app.auth.notifications.channels.outcome import Undelivered
from app.foundation import fetch

SECONDS = 5
OURS = {401, 403, 404, 405, 408, 429}  # says something of us, or of now, not of the message


def send(claimed, recipient, written):
    """Hand the text to the gateway for the number ``recipient``. Raises Undelivered."""
    settings = current_app.config
    told = {"id": claimed.id, "to": recipient, "text": written.text}
    if settings["SMS_FROM"]:
        told["from"] = settings["SMS_FROM"]
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {settings['SMS_GATEWAY_TOKEN']}",
        "Idempotency-Key": claimed.id,
    }
    body = json.dumps(told).encode()
    try:
        status = fetch.post(settings["SMS_GATEWAY_URL"], body, headers, seconds=SECONDS)
    except fetch.Failed as error:
        raise Undelivered(error.reason, away=True) from None
    if not 200 <= status < 300:
        away = status >= 500 or status in OURS
        raise Undelivered(f"status_{status}", final=not away, away=away)
