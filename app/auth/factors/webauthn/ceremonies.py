"""The challenge of a passkey's ceremony: for one browser, one purpose, one person; good once.

It carries its own end and an HMAC over whom it is for, so nothing is kept until it comes back; then
it is marked, so that of many who show it the first alone is heard (WebAuthn Level 3 §13.4.3, W-02).
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import current_app
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import WebAuthnException

from app.auth.replays import marks
from app.auth.sessions import browser
from app.foundation import clock, digests, ids
from app.foundation.problems import Problem

CREATE, SIGN_IN, SHOW = "webauthn.create", "sign_in", "show"  # what a ceremony is for
SECONDS = {CREATE: 600, SIGN_IN: 1800, SHOW: 600}  # a login page may stand open for a while
ALGORITHMS = [
    Algorithm.ECDSA_SHA_256,
    Algorithm.EDDSA,
    Algorithm.RSASSA_PKCS1_v1_5_SHA_256,
]
# What the library raises for an answer that is none, whatever was sent to it.
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)


class Refused(Problem):
    """The ceremony does not hold: cancelled, foreign, late, used, or not by a key we know."""

    code = "passkey_refused"
    status = 422
    key = "passkey.cancelled"
    description = "The passkey was not accepted."


def relying_party():
    """Return the domain that passkeys are made for (``WEBAUTHN_RP_ID``)."""
    settings = current_app.config
    return settings["WEBAUTHN_RP_ID"] or urlsplit(settings["ISSUER"]).hostname


def origins():
    """Return the origins whose pages may hold a ceremony (``WEBAUTHN_ORIGINS``)."""
    settings = current_app.config
    return (settings["WEBAUTHN_ORIGINS"] or settings["ISSUER"]).replace(",", " ").split()


def challenge(purpose, user_id=None):
    """Return a new challenge (bytes) for this browser.

    purpose: ``CREATE``, ``SIGN_IN`` or ``SHOW``; user_id: whom it is for, None before anybody is
    known.
    """
    nonce, until = ids.secret(128), clock.seconds() + SECONDS[purpose]
    return f"{nonce}.{until}.{_proof(nonce, until, purpose, user_id)}".encode()


def redeem(client_data, purpose, user_id=None):
    """Return the challenge that the browser signed, good until now and marked as used by this.

    client_data: ``clientDataJSON`` as it came (bytes). The rest of it is the library's to check.
    Asked before the request writes anything. Raises Refused.
    """
    told = _read(client_data)
    try:
        nonce, until, proof = told.challenge.decode("ascii").split(".")
        until = int(until)
    except MALFORMED as error:
        raise Refused(detail="no challenge of ours") from error
    wanted = _proof(nonce, until, purpose, user_id)
    if not digests.same(proof.encode(), wanted.encode()):
        raise Refused(detail="the challenge is another browser's, person's or purpose's")
    if until <= clock.seconds():
        raise Refused(detail="the challenge is over")
    if not marks.first_use(f"webauthn {nonce}", datetime.fromtimestamp(until, UTC)):
        raise Refused(detail="the challenge was used")
    return told.challenge


def given(client_data, challenge):
    """Return ``challenge`` (bytes), a deed's digest, which must be what the browser signed.

    Nothing is marked: what it approves is kept once (`deeds.deciding`). Raises Refused.
    """
    if not digests.same(_read(client_data).challenge, challenge):
        raise Refused(detail="the challenge is another deed's, or none")
    return challenge


def origin_of(client_data):
    """Return the origin that the browser told in ``client_data``, which was judged before."""
    return _read(client_data).origin


def _read(client_data):
    try:
        told = parse_client_data_json(client_data)
    except MALFORMED as error:
        raise Refused(detail="no client data") from error
    if told.cross_origin:
        raise Refused(detail="in a frame of another origin")
    return told


def _proof(nonce, until, purpose, user_id):
    key = current_app.extensions["sealing"].derive("webauthn")
    return digests.keyed(key, f"{browser.id()}\n{purpose}\n{user_id}\n{nonce}\n{until}").hex()
