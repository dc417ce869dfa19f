"""A contact as a key to a wallet: whoever has proved an e-mail address, phone or CPF may claim it.

Nobody is paid by a contact unless its owner wants to be. The contact itself is not kept: its keyed
digest finds it again. One that went to somebody else goes with them, once they claim it.
"""

import re
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, delete, select, text

from app.bank import records
from app.bank.authority import people
from app.bank.database import db
from app.bank.problems import Invalid
from app.bank.wallet.models import WalletKey
from app.foundation import clock, database, digests, ids
from app.foundation.database import UtcDateTime
from app.foundation.problem_documents import wrong
from app.foundation.problems import NotFound, Problem

_SHAPES = {
    "email": re.compile(r"[\x21-\x3f\x41-\x7e]{1,64}@[a-z0-9.-]{3,190}", re.ASCII),
    "phone": re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII),  # E.164
    "cpf": re.compile(r"[0-9]{11}", re.ASCII),
}
_CLAIM = text(
    "INSERT INTO wallet_keys (id, kind, digest, shown, owner_sub, claimed_at)"
    " VALUES (:id, :kind, :digest, :shown, :owner, :now) ON CONFLICT (digest) DO UPDATE"
    " SET owner_sub = excluded.owner_sub, claimed_at = excluded.claimed_at RETURNING id"
).bindparams(bindparam("now", type_=UtcDateTime))


class NotProved(Problem):
    """The person has not proved that the contact is theirs."""

    code = "contact_not_proved"
    status = 422
    description = "Prove first that this contact is yours, where your account is."


class Contact(NamedTuple):
    """One contact, in its one way to write it. kind: ``email``, ``phone`` (E.164), ``cpf``."""

    kind: str
    value: str

    @property
    def masked(self):
        """The contact as its owner knows it again, and nobody else."""
        if self.kind == "email":
            name, _, domain = self.value.partition("@")
            return f"{name[:1]}***@{domain}"
        if self.kind == "cpf":
            return f"***.{self.value[3:6]}.{self.value[6:9]}-**"
        return f"{self.value[:3]}*****{self.value[-4:]}"


def read(named, field):
    """Return the :class:`Contact` in ``named``: a dict of one kind, ``{"email": "…"}``.

    Raises Invalid: naming ``field``.
    """
    if isinstance(named, dict) and len(named) == 1:
        ((kind, value),) = named.items()
        if kind in _SHAPES and isinstance(value, str):
            value = _folded(kind, value)
            if _SHAPES[kind].fullmatch(value):
                return Contact(kind, value)
    raise Invalid(
        [wrong(field, "invalid_contact", "One of email, phone (E.164), cpf, by its name.")]
    )


def owner_of(contact):
    """Return the ``sub`` of who claimed ``contact``, or None."""
    claimed = select(WalletKey.owner_sub).where(WalletKey.digest.in_(_digests(contact)))
    return db.session.scalar(claimed.order_by(WalletKey.claimed_at.desc()).limit(1))


def prove(sub, contact):
    """Let pass who has proved ``contact``. Asked before the request writes anything.

    Raises NotProved; raises asking.Away: when nobody can say.
    """
    person = people.resolve(**{contact.kind: contact.value})
    if person is None or person.sub != sub:
        raise NotProved


def claim(sub, contact):
    """Let ``contact``, which they have proved, be a key to the wallet of ``sub``; return its id.

    To no other wallet any more, whichever sealing key it was claimed under.
    """
    digest, *others = _digests(contact)
    values = {
        "id": ids.new("wky"),
        "kind": contact.kind,
        "digest": digest,
        "shown": contact.masked,
        "owner": sub,
        "now": clock.now(),
    }
    database.write(db, delete(WalletKey).where(WalletKey.digest.in_(others)))
    key_id = db.session.execute(_CLAIM, values).scalar_one()
    records.record(records.KEY_CLAIMED, actor=sub, subject=key_id, data={"kind": contact.kind})
    return key_id


def of(sub):
    """Return the keys (:class:`WalletKey`) of ``sub``, the oldest first."""
    mine = select(WalletKey).where(WalletKey.owner_sub == sub)
    return db.session.scalars(mine.order_by(WalletKey.claimed_at, WalletKey.id)).all()


def remove(sub, key_id):
    """Let a key of ``sub`` open nothing any more. Raises NotFound."""
    mine = delete(WalletKey).where(WalletKey.id == key_id, WalletKey.owner_sub == sub)
    if not database.write(db, mine).rowcount:
        raise NotFound
    records.record(records.KEY_REMOVED, actor=sub, subject=key_id)


def remove_each(sub):
    """Let no key of ``sub``, who is gone, open anything any more; return how many there were."""
    mine = delete(WalletKey).where(WalletKey.owner_sub == sub).returning(WalletKey.id)
    gone = database.write(db, mine).scalars().all()
    for key_id in gone:
        records.record(records.KEY_REMOVED, actor=records.SYSTEM, subject=key_id)
    return len(gone)


def _folded(kind, value):
    value = value.strip()
    if kind == "cpf":
        return re.sub(r"[.-]", "", value)
    return value.lower() if kind == "email" and value.isascii() else value


def _digests(contact):
    """Under each sealing key, the first first: what was written before a turn is still found."""
    told = f"{contact.kind}:{contact.value}"
    keys = current_app.extensions["sealing"].derive_each("wallet keys")
    return [digests.keyed(key, told) for key in keys]
