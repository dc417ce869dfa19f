"""Web Push: a notice shown by a browser of the person, open or not (RFC 8030).

The service that carries it is of the browser's choosing: it is sealed to the browser, padded so
that its length tells nothing, and sent through the guard of calls to addresses others gave us.
Under a message's id there is one notice: it is its ``Topic``, and the browser's tag for it.
"""

import json

from flask import current_app

from app.auth.notifications import messages, subscriptions
from app.auth.notifications.channels import vapid
from app.auth.notifications.channels.outcome import Undelivered
from app.foundation import aes128gcm, clock, fetch
from app.foundation.sealing import CannotOpen

SECONDS = 3  # a service of a stranger's choosing may be slow on purpose
LENGTH = 1024  # of every message
LONGEST_TTL = 28 * 86_400  # seconds; what services keep at most
GONE = {404, 410}  # RFC 8030 §7.3: the browser takes no more
AGAIN = {401, 403, 408, 429}  # says something of us, or of now, not of the message


def send(claimed, _recipient, written):
    """Hand the notice to the service of the browser that it is for. Raises Undelivered."""
    there, body = _sealed(claimed, written)
    try:
        answer = fetch.send(there.endpoint, body, _headers(claimed, there), seconds=SECONDS)
    except fetch.Failed as error:
        raise Undelivered(error.reason, final=error.reason == "address_refused") from None
    if 200 <= answer.status < 300:
        subscriptions.used(claimed.subscription_id)
        return
    if answer.status in GONE:
        subscriptions.gone(claimed.subscription_id)
        raise Undelivered("unsubscribed", final=True)
    again = answer.status >= 500 or answer.status in AGAIN
    wait = answer.retry_after or 0
    raise Undelivered(f"status_{answer.status}", final=not again, wait=wait)


def _sealed(claimed, written):
    """Return where the notice goes, and the notice as only that browser reads it."""
    told = {"id": claimed.id, "title": written.subject, "body": written.text}
    told["opens"] = current_app.config["ISSUER"] + written.opens
    clear = json.dumps(told, ensure_ascii=False).encode()
    try:
        there = subscriptions.address(claimed.subscription_id)
        if there is None:
            raise Undelivered("unsubscribed", final=True)
        browser = aes128gcm.browser(there.p256dh, there.auth)
        return there, aes128gcm.seal(clear, browser, length=LENGTH)
    except CannotOpen:
        raise Undelivered("sealed", final=True) from None
    except ValueError:
        raise Undelivered("unwritable", final=True) from None


def _headers(claimed, there):
    """What the service is told: for how long it is worth it, how much it matters (RFC 8030 §5)."""
    left = int((claimed.expires_at - clock.now()).total_seconds())
    urgent = messages.CATALOGUE[claimed.message].urgent
    return {
        "Authorization": vapid.authorization(there.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(min(max(left, 0), LONGEST_TTL)),
        "Urgency": "high" if urgent else "normal",
        "Topic": claimed.id,
    }
