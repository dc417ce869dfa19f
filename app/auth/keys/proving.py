"""Prove one record to somebody else: its path to a root, and our signed word on that."""

from sqlalchemy import select

from app.auth.audit.chain import proofs, words
from app.auth.audit.chain.models import Head
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.keys import checkpoints


def of_record(seq):
    """Return the proof (dict) that record ``seq`` stands under the last head that we signed.

    Whoever hashes the canonical form of ``record`` as a leaf, goes up ``path`` and meets the root
    in ``head`` has verified it (RFC 9162 §2.1.3.2). Raises NotLinked.
    """
    head = checkpoints.last()
    if head is None:
        raise proofs.NotLinked
    found = proofs.of_record(seq, head.size)
    row = db.session.scalar(select(AuditRecord).where(AuditRecord.seq == seq))
    if row is None:
        raise proofs.NotLinked
    return {
        "record": words.stated(row),
        "index": found.index,
        "size": head.size,
        "leaf": found.leaf.hex(),
        "path": [each.hex() for each in found.path],
        "head": head.signed,
        "keys": [checkpoints.public_key(checkpoints.kid_of(head.signed))],
    }


def of_growth(first, second=None):
    """Return the proof (dict) that the tree of ``second`` records began as that of ``first``.

    Whoever folds ``path`` and meets both roots has verified it (RFC 9162 §2.1.4.2); heads that
    were signed for these sizes are told too. second: by default what the last head covers.
    Raises NotLinked: when there are no such trees under the last head.
    """
    head = checkpoints.last()
    size = head.size if head else 0
    second = size if second is None else second
    if not 0 < first <= second <= size:
        raise proofs.NotLinked(detail="no signed head covers trees of these sizes")
    heads = db.session.execute(select(Head.size, Head.signed).where(Head.size.in_([first, second])))
    signed = {head.size: head.signed for head in heads}
    return {
        "first": _tree(first, signed),
        "second": _tree(second, signed),
        "path": [each.hex() for each in proofs.of_growth(first, second)],
    }


def _tree(size, signed):
    return {"size": size, "root": proofs.root_of(size).hex(), "head": signed.get(size)}
