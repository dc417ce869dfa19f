"""Verify the record: records, links, tree and heads; name the first that is wrong, and how.

Nothing is taken on the database's word: each hash is computed again, up to roots that were signed.
Links after the last signed head are held to the MAC that this server gave each.
"""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select

from app.auth.audit.chain import damage, reading, words
from app.auth.audit.chain.damage import EDITED, TRUNCATED, Damage
from app.auth.audit.chain.models import Node
from app.foundation import merkle


class Known(NamedTuple):
    """A root that was signed; ``where``: what said so, for people.

    sure: it was kept outside, or carries our MAC too. Of an old one the sealing key may be gone; or
    a key was slipped into the database, and signed it.
    """

    size: int
    root: bytes
    where: str
    sure: bool = True


class Found(NamedTuple):
    """What a verification found: how many links hold, how many records wait, and all damage."""

    linked: int
    waiting: int
    damages: list

    @property
    def holds(self):
        """Is nothing wrong?"""
        return not self.damages


def verify(connection, known, progress):
    """Return what was :class:`Found` of the record as ``connection`` sees it (a snapshot).

    known: every :class:`Known` root, from the database and from anchors; progress: is called with
    how many links were gone through since the last call.
    """
    walk = _Walk(connection, known)
    bad = walk.go(progress)
    damages = [bad] if bad else list(walk.after())
    waiting, young = 0, not reading.has_stamped(connection)
    for row in reading.unlinked(connection):
        wrong = damage.of_unlinked(connection, row, young=young)
        waiting += wrong is None
        damages += [wrong] if wrong else []
    return Found(walk.size, waiting, damages)


class _Walk:
    """One way along the chain."""

    def __init__(self, connection, known):
        self._connection = connection
        self._known = defaultdict(list)
        for each in known:
            self._known[each.size].append(each)
        self._covered = max((each.size for each in known if each.sure), default=0)
        self._held = self._hinted = 0  # links that a root was found to cover: a sure one, another
        self._odd = None  # a root that is another, and not sure
        self._young, self._copy = True, reading.first_copy(connection)
        self.size, self._last, self._peaks, self._nodes = 0, words.START, [], {}

    def go(self, progress):
        """Walk as far as all is well; return the first :class:`Damage`, or None."""
        for row in reading.links(self._connection):
            bad = damage.of_link(self._connection, row, self._last, self.size)
            bad = bad or self._beyond(row) or self._slipped_in(row) or self._grow(row)
            if bad:
                return bad
            if self.size % 1000 == 0:
                progress(1000)
        progress(self.size % 1000)
        return self._compare()

    def _beyond(self, row):
        """What no signed root covers must carry our MAC."""
        if row.number < self._covered or _is_ours(row):
            return None
        return damage.rewritten(self._connection, row)

    def _slipped_in(self, row):
        """What was made to be linked by changing what no hash covers."""
        bad = damage.of_stamp(row, young=self._young, copy=row.number == self._copy)
        self._young = self._young and not damage.is_stamped(row)
        return bad

    def _grow(self, row):
        leaf = bytes(row.leaf)
        self._peaks, complete = merkle.grow(self.size, self._peaks, leaf)
        self._nodes |= {(level, position): top for level, position, top in complete}
        self.size, self._last = self.size + 1, bytes(row.hash)
        if len(self._nodes) >= 1000 and (bad := self._compare()):
            return bad
        return next(filter(None, map(self._meet, self._known.get(self.size, ()))), None)

    def _meet(self, known):
        """Hold the tree as it is now to a root that was signed for it."""
        same = known.root == merkle.root(self._peaks)
        if not same and known.sure:
            return self._rewritten(known)
        if not same:
            why = f"{known.where} is of another record"
            self._odd = self._odd or Damage(EDITED, None, self.size, why)
        elif known.sure:
            self._held = self.size
        self._hinted = self.size if same else self._hinted
        return None

    def _rewritten(self, known):
        """The root is another than was signed: by which link was that done?

        By the first that is not ours after one that is. Where none is, the sealing key of that time
        may be gone: then by the first that no root at all covers.
        """
        after_ours = self._held > 0
        for row in reading.links(self._connection, self._held):
            if row.number >= self.size:
                break
            ours = _is_ours(row)
            if not ours and (after_ours or row.number >= self._hinted):
                return damage.rewritten(self._connection, row)
            after_ours = after_ours or ours
        why = f"the chain was cut off before {known.where}, and linked anew"
        return Damage(TRUNCATED, None, self._held, why)

    def _compare(self):
        """Are the hashes that proofs are read from those of the tree?"""
        wanted, self._nodes = self._nodes, {}
        mine = select(Node.level, Node.position, Node.hash).where(Node.at(wanted))
        found = {(r.level, r.position): bytes(r.hash) for r in self._connection.execute(mine)}
        for (level, position), top in wanted.items():
            if found.get((level, position)) != top:
                first = position << level
                return Damage(EDITED, None, first, f"the tree's hash {level}/{position} is another")
        return None

    def after(self):
        """Yield what is wrong at the end of the chain."""
        if self._odd:
            yield self._odd
        row = reading.state(self._connection)
        if row and not words.is_ours(words.of_state(row), row.mac):
            yield Damage(EDITED, None, self.size, "the chain's own row is not this server's")
        ends = [Known(row.size, b"", "the chain's own row")] if row else []
        ends += [each[0] for size, each in sorted(self._known.items())]
        missing = next((each for each in ends if each.size > self.size), None)
        if missing:
            why = f"{missing.where} knows {missing.size} records: those after here are gone"
            yield Damage(TRUNCATED, None, self.size, why)
        elif row and bytes(row.last) != self._last:
            yield Damage(EDITED, None, self.size, "the chain's own row names another last link")
        elif row is None and self.size:
            yield Damage(EDITED, None, self.size, "the chain's own row is gone")


def _is_ours(row):
    return words.is_ours(words.of_link(row.number, row.hash), row.link_mac)
