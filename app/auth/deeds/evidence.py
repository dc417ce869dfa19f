"""What proves an answer to a deed, as one document that needs neither us nor our database.

The bank's word, the person's signature over its digest, and our own statement; each with the
public key it is checked by.
"""

import hashlib
import json

from flask import current_app
from sqlalchemy import select
from webauthn.helpers import decode_credential_public_key

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.deeds import bank_keys, deciding, pending, told
from app.auth.deeds.models import Approval
from app.auth.keys import jose, ring
from app.auth.retention.person_keys import Erased
from app.foundation import canonical
from app.foundation.problems import Problem, Unavailable

VERSION = 1
ALGORITHM, TYPE = "ES256", "evidence+jwt"
STATED = ("id", "decision", "method", "decided_at", "digest", "sub")
_CURVES = {1: "P-256", 6: "Ed25519"}  # RFC 9053 §7.1
_KINDS = {1: "OKP", 2: "EC", 3: "RSA"}
_ALGORITHMS = {-7: "ES256", -8: "EdDSA", -257: "RS256"}  # RFC 9053 §2, RFC 8812 §2
_EVENTS = {deciding.APPROVED: events.DEED_APPROVED, deciding.REFUSED: events.DEED_REFUSED}


class Unknown(Problem):
    """There is no such answer."""

    code = "evidence_unknown"
    status = 404
    description = "There is no evidence of that id."


def listed(sub=None):
    """Return the answers (:class:`Approval`), the oldest first: all, or those of one person."""
    query = select(Approval).order_by(Approval.decided_at, Approval.id)
    return list(db.session.scalars(query.where(Approval.sub == sub) if sub else query))


def named_digest(row):
    """Return the digest of the deed that was answered, as tokens and banks name it."""
    return _b64(row.digest)


def exported(approval_id):
    """Return the document (dict) about the answer ``approval_id``. Raises Unknown, Erased."""
    row = db.session.get(Approval, approval_id)
    if row is None:
        raise Unknown
    said = told.of(row)
    document = {
        "version": VERSION,
        "id": row.id,
        "decision": row.decision,
        "method": row.method,
        "decided_at": _moment(row.decided_at),
        "client_id": row.client_id,
        "sub": row.sub,
        "canonical_deed": said.canonical,
        "digest": named_digest(row),
        "deed": said.deed,
        "bank_keys": {"keys": _of_the_bank(row, said)},
        "passkey": _passkey(row) if row.method == "passkey" else None,
        "code": _code(row) if row.channel else None,
        "record": _record(row),
    }
    statement = _stated(row, document)
    return document | {"statement": statement, "issuer_keys": {"keys": _ours(statement)}}


def _stated(row, document):
    """Our own signed word on the answer, and on all that stands beside it."""
    claims = {name: document[name] for name in STATED} | {
        "iss": current_app.config["ISSUER"],
        "transaction_id": row.transaction_id,
        "document": _b64(hashlib.sha256(canonical.json(document)).digest()),
    }
    return ring.sign(claims, alg=ALGORITHM, typ=TYPE)


def _of_the_bank(row, said):
    """The key that the deed was signed by: as it was kept, else as the bank publishes it now."""
    try:
        kept = json.loads(row.bank_key) if row.bank_key else bank_keys.published(said.deed)
    except Unavailable:
        kept = None
    return [kept] if kept else []


def _ours(statement):
    kid = jose.split(statement)[0]["kid"]
    return [key for key in json.loads(ring.current().jwks())["keys"] if key["kid"] == kid]


def _passkey(row):
    return {
        "credential_id": _b64(row.credential_id),
        "public_key": jwk_of(row.public_key),
        "client_data": _b64(row.client_data),
        "authenticator_data": _b64(row.authenticator_data),
        "signature": _b64(row.signature),
        "rp_id": row.rp_id,
        "origin": row.origin,
    }


def _code(row):
    return {
        "channel": row.channel,
        "destination": row.destination,
        "text_digest": _b64(row.text_digest),
    }


def _record(row):
    """The line of the record that says so."""
    event = _EVENTS[row.decision]
    mine = (AuditRecord.event == event) & (AuditRecord.subject == row.transaction_id)
    line = db.session.scalar(select(AuditRecord).where(mine))
    return line and {"event": line.event, "at": _moment(line.at), "request_id": line.request_id}


def jwk_of(cose):
    """Return a passkey's public key, COSE bytes, as a JWK (dict): EC2, OKP or RSA."""
    key = decode_credential_public_key(cose)
    jwk = {"kty": _KINDS[key.kty], "alg": _ALGORITHMS[key.alg]}
    if hasattr(key, "crv"):
        jwk["crv"] = _CURVES[key.crv]
    parts = (name for name in ("x", "y", "n", "e") if hasattr(key, name))
    return jwk | {name: _b64(getattr(key, name)) for name in parts}


def deed_of(row):
    """Return the :class:`pending.Deed` that was answered; None: it was erased, or tampered with.

    That it was answered, how and when is told by ``row`` all the same.
    """
    try:
        return pending.opened(told.of(row).deed)
    except Erased:
        return None


def _b64(raw):
    return jose.b64(raw).decode()


def _moment(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
