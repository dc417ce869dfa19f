"""Is a line in the chain as it was written? Checked here as anybody else would check it."""

from typing import NamedTuple

from app.auth.audit.chain.proofs import NotLinked
from app.auth.keys import checkpoints, proving
from app.foundation import canonical, merkle


class Proof(NamedTuple):
    """state: ``holds``, ``broken`` or ``waiting``; the rest is of a line that a head covers."""

    state: str
    index: int | None = None
    size: int | None = None
    root: str | None = None


def of(seq):
    """Return the :class:`Proof` of the record ``seq``, checked from its own words up to our sign.

    RFC 9162 §2.1.3.2.
    """
    try:
        told = proving.of_record(seq)
    except NotLinked:
        return Proof("waiting")
    head = checkpoints.read(told["head"])
    leaf = merkle.leaf(canonical.json(told["record"]))
    path = [bytes.fromhex(each) for each in told["path"]]
    holds = head is not None and merkle.is_included(
        leaf, told["index"], told["size"], path, head.root
    )
    root = head.root.hex() if head else None
    return Proof("holds" if holds else "broken", told["index"], told["size"], root)
