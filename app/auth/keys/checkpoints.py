"""Sign the heads of the record's tree, and know them again (RFC 9162 §4.10 is the pattern)."""

import json
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.auth.audit.chain import state, words
from app.auth.audit.chain.models import Head
from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock

ALGORITHM, TYPE = "ES256", "tree-head+jwt"


class Signed(NamedTuple):
    """A head that we signed: how many records it covers, its root, and the text that says so."""

    size: int
    root: bytes
    signed: str


def sign_due(*, now=False):
    """Sign the chain as it stands, when that is due; return the :class:`Head`, or None.

    Due when something was linked since the last head and that is ``AUDIT_HEAD_SECONDS`` old, or
    when the last is vouched for under an older sealing key. now: however young the last is. The
    caller keeps it. Raises Changed, Unavailable.
    """
    chain = state.locked()
    if chain is None or not chain.size or not _is_due(chain, last(), now):
        return None
    claims = {
        "iss": current_app.config["ISSUER"],
        "iat": clock.seconds(),
        "size": chain.size,
        "root": jose.b64(chain.root).decode(),
    }
    signed = ring.sign(claims, alg=ALGORITHM, typ=TYPE)
    mac = words.vouch(words.of_head(signed))
    head = Head(size=chain.size, at=clock.now(), signed=signed, mac=mac)
    db.session.add(head)
    db.session.flush()
    return head


def last():
    """Return the last :class:`Head` that was signed, or None."""
    return db.session.scalar(select(Head).order_by(Head.id.desc()).limit(1))


def newest(before, most):
    """Return the last ``most`` heads that cover fewer than ``before`` records, the last first."""
    mine = select(Head).where(Head.size < before).order_by(Head.size.desc(), Head.id.desc())
    return db.session.scalars(mine.limit(most)).all()


def read(signed, key=None):
    """Return the :class:`Signed` that the JWS ``signed`` is, or None when we never signed it.

    key: the public key (JWK) to check it by; else the key of ours that it names, though withdrawn.
    """
    try:
        header, message, signature = jose.split(signed)
        key = key or public_key(header.get("kid"))
        if not key or (header.get("alg"), header.get("typ")) != (ALGORITHM, TYPE):
            return None
        verifier = jose.Verifier(ALGORITHM, jose.import_key(ALGORITHM, key))
        claims = jose.claims_of(message) if verifier.holds(message, signature) else {}
        return Signed(claims["size"], jose.unb64(claims["root"]), signed)
    except (jose.Malformed, KeyError, TypeError, ValueError):
        return None


def public_key(kid):
    """Return the public key (JWK) of ours that is called ``kid``, though withdrawn; or None."""
    known = select(SigningKey.public_jwk).where(SigningKey.kid == kid)
    text = db.session.scalar(known.where(SigningKey.alg == ALGORITHM))
    return text and json.loads(text)


def kid_of(signed):
    """Return the id of the key that a JWS of ours names."""
    return jose.split(signed)[0].get("kid")


def _is_due(chain, before, now):
    if before is None or not words.is_fresh(words.of_head(before.signed), before.mac):
        return True
    old = clock.now() - before.at >= timedelta(seconds=current_app.config["AUDIT_HEAD_SECONDS"])
    return before.size < chain.size and (now or old)
