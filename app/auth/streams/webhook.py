"""To a web address: a POST of JSON a part of the record, signed by the ring that everybody knows.

    POST AUDIT_WEBHOOK_URL
    Content-Type: application/json
    Portaria-Signature: a JWS (RFC 7515) whose claim ``sha256`` is of the body

    {"first": 0, "next": 100, "records": [{"seq": 1, …}, …]}

Any 2xx means that it was taken. Until then the same ``first`` is sent again: who has what comes
before ``next`` already takes it as the same. A head is posted as the JWS that it is.
"""

import hashlib

from flask import current_app

from app.auth.keys import checkpoints, jose, ring
from app.auth.streams.outcome import NotTaken
from app.foundation import canonical, clock, fetch
from app.foundation.problems import Unavailable

TYPE = "audit-records+jwt"
SECONDS = 5
SIGNATURE = "Portaria-Signature"


def send_records(part):
    """Send a part of the record: lines, of the links from number ``start`` on. Raises NotTaken."""
    place = {"first": part.start, "next": part.next}
    body = canonical.json(place | {"records": part.said})
    claims = {
        "iss": current_app.config["ISSUER"],
        "iat": clock.seconds(),
        "sha256": jose.b64(hashlib.sha256(body).digest()).decode(),
        **place,
    }
    try:
        signed = ring.sign(claims, alg=checkpoints.ALGORITHM, typ=TYPE)
    except Unavailable:
        raise NotTaken("unsigned") from None
    headers = {"Content-Type": "application/json", SIGNATURE: signed}
    _post(current_app.config["AUDIT_WEBHOOK_URL"], body, headers)


def send_head(part):
    """Send a signed head, to be kept where who rules our database does not. Raises NotTaken."""
    headers = {"Content-Type": "application/jwt"}
    _post(current_app.config["AUDIT_ANCHOR_URL"], part.said.encode(), headers)


def _post(url, body, headers):
    try:
        status = fetch.post(url, body, headers, seconds=SECONDS)
    except fetch.Failed as error:
        raise NotTaken(error.reason) from None
    if not 200 <= status < 300:
        raise NotTaken(f"status_{status}")
