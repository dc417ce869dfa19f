"""The record to take away: JSON lines, and beside them a manifest with our signed word on them.

The records are a line each; the manifest is what else proves them, and its last line is signed.
Whoever has the two files and our public key needs neither us nor our database.
"""

import hashlib

from flask import current_app

from app.auth.audit.chain import damage, lines, reading, state, words
from app.auth.keys import checkpoints, jose, ring
from app.foundation import canonical, clock, merkle

TYPE = "audit-export+jwt"
VERSION = 1


class Export:
    """The record as ``connection`` sees it (a snapshot): its lines first, then the manifest's."""

    def __init__(self, connection):
        self._connection = connection
        self._records, self.count = hashlib.sha256(), 0

    def records(self):
        """Yield a line (bytes) for each record: the linked ones in their order, then the others."""
        for told in self._each():
            line = canonical.json(told) + b"\n"
            self._records.update(line)
            self.count += 1
            yield line

    def manifest(self):
        """Yield the lines of the manifest. To be asked when :meth:`records` is through."""
        digest = hashlib.sha256()
        for told in self._beside():
            line = canonical.json(told) + b"\n"
            digest.update(line)
            yield line
        keys = _keys(self._connection)
        claims = {
            "iss": current_app.config["ISSUER"],
            "iat": clock.seconds(),
            "version": VERSION,
            "count": self.count,
            "records": jose.b64(self._records.digest()).decode(),
            "beside": jose.b64(digest.digest()).decode(),
            "keys": jose.b64(hashlib.sha256(canonical.json(keys)).digest()).decode(),
            **self._chain(),
        }
        signed = ring.sign(claims, alg=checkpoints.ALGORITHM, typ=TYPE)
        yield canonical.json({"type": "manifest", "manifest": signed, "keys": keys}) + b"\n"

    def _each(self):
        for row in reading.links(self._connection):
            if row.seq is not None:
                yield lines.linked(row)
        yield from map(lines.unlinked, reading.unlinked(self._connection))

    def _beside(self):
        """The links whose record is gone, the records that nobody linked, and the heads."""
        for row in reading.lost(self._connection):
            link = lines.link(row) | {"seq": row.linked_seq, "leaf": bytes(row.leaf).hex()}
            yield {"type": "lost", "link": link}
        young = not reading.has_stamped(self._connection)
        for row in reading.unlinked(self._connection):
            if wrong := damage.of_unlinked(self._connection, row, young=young):
                yield {"type": "damage", "kind": wrong.kind, "seq": wrong.seq, "why": wrong.why}
        for row in reading.heads(self._connection):
            yield {"type": "head", "size": row.size, "head": row.signed}

    def _chain(self):
        """How far the chain goes, and its root: null when its own row is not ours."""
        row = reading.state(self._connection)
        if row is None or not words.is_ours(words.of_state(row), row.mac):
            return {"size": None, "root": None}
        root = merkle.root(state.peaks_of(row))
        return {"size": row.size, "root": jose.b64(root).decode()}


def _keys(connection):
    """The public keys that the heads and the manifest are signed by."""
    kids = {ring.current().signer(checkpoints.ALGORITHM).kid}
    for row in reading.heads(connection):
        try:
            kids.add(checkpoints.kid_of(row.signed))
        except jose.Malformed:
            continue  # whoever verifies the file says so of that head
    return [key for kid in sorted(filter(None, kids)) if (key := checkpoints.public_key(kid))]
