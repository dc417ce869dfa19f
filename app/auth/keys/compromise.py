"""A key that somebody else has: it ends now, and a key that nobody has seen takes its place.

The key that waits to be next has lain sealed beside the stolen one, so it is not what signs: a key
is made at that moment. Whoever meets its first signature looks for it, and so learns that the
other has gone.
"""

from app.auth.audit import events
from app.auth.keys import jose, ring, succession
from app.auth.keys.models import SigningKey, has_begun
from app.auth.keys.rotation import OURS
from app.foundation import clock
from app.foundation.logs import log
from app.foundation.problems import NotFound


def end(kid):
    """End the key ``kid``: nothing it signed is verified any more; return its successor.

    The successor (a row) is made at this moment, and signs at once where ``kid`` did. None: the key
    signs no more, so none is needed. Raises NotFound: when no published key is called so.
    """
    which = [SigningKey.kid == kid, SigningKey.state != "gone", OURS]
    found = succession.rows(*which)
    if not found:
        raise NotFound("There is no such key.")
    pair = jose.generate(found[0].alg)  # before anybody has to wait for us
    succession.alone()
    found = succession.rows(*which)
    if not found:
        raise NotFound("There is no such key.")
    fresh = _replace(found[0], pair)
    ring.current().forget()
    return fresh


def end_all():
    """End every published key, for who has a copy of all of them; return the fresh ones.

    Of each algorithm one signs at once, and another is the next.
    """
    which = [SigningKey.state != "gone", OURS]
    pairs = {row.kid: jose.generate(row.alg) for row in succession.rows(*which)}
    succession.alone()
    # Those made since are as known as the others to who turned the keys with us: they go as well.
    fresh = [
        _replace(row, pairs.get(row.kid) or jose.generate(row.alg))
        for row in succession.rows(*which)
    ]
    ring.current().forget()
    return [row for row in fresh if row]


def _replace(row, pair):
    """Withdraw ``row`` and give its time to a key made of ``pair``; return that, or None."""
    now = clock.now()
    state, signed_from, until = row.state, row.activated_at, row.retired_at
    begun = state != "next" and has_begun(row, now)
    succession.withdraw(row, events.KEY_COMPROMISED)
    log.error("signing key compromised", key=row.kid[:8], alg=row.alg)  # longer, it is redacted
    if state == "next":
        return succession.add_next(row.alg, pair)
    if begun:
        if until is not None and until <= now:
            return None
        return succession.add(
            row.alg, state, pair, created_at=now, signs_from=now, signs_until=until
        )
    # Before its time: the key before it goes on until everybody can know the one in its place.
    later = max(signed_from, now + succession.lead())
    if until is not None and until <= later:
        succession.lengthen(row, signed_from, until)
        return None
    succession.lengthen(row, signed_from, later)
    return succession.add(row.alg, state, pair, created_at=now, signs_from=later, signs_until=until)
