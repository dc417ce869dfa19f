"""What hangs on a sealing key and ends by itself, or is linked into the record in a moment."""

import json
from base64 import b64decode
from collections import Counter

from flask import current_app
from sqlalchemy import func, select

from app.auth.audit.chain import state, words
from app.auth.audit.models import QueuedRecord
from app.auth.database import db
from app.auth.interactions.models import Interaction
from app.auth.keys import checkpoints
from app.foundation import clock, sealing, snapshot


def counted():
    """Return how many such things each sealing key holds, by what they are."""
    return {"journeys under way": _journeys(), "records": _records()}


def _journeys():
    """What people typed on the way, by the key that sealed it."""
    found = Counter()
    alive = Interaction.expires_at > clock.now()
    texts = select(Interaction.id, Interaction.asked, Interaction.answers).where(alive)
    with snapshot.taken(db) as connection:
        for row in snapshot.rows(connection, texts, Interaction.id):
            for envelope in _envelopes([json.loads(row.asked), json.loads(row.answers)]):
                found[sealing.under(b64decode(envelope))] += 1
    return found


def _envelopes(told):
    """Yield each sealed member of ``told``, however deep."""
    if isinstance(told, list):
        for each in told:
            yield from _envelopes(each)
    elif isinstance(told, dict):
        for name, value in told.items():
            if isinstance(value, str) and name.endswith("sealed"):
                yield value
            else:
                yield from _envelopes(value)


def _records():
    """Records that wait to be linked may be stamped under any key; so may the chain's own row."""
    waiting = select(func.count()).where(QueuedRecord.refused_at.is_(None))
    count = db.session.scalar(waiting) or int(not _is_vouched_for_afresh())
    older = current_app.extensions["sealing"].names[1:]
    return Counter(dict.fromkeys(older, count)) if count else Counter()


def _is_vouched_for_afresh():
    row, head = db.session.get(state.State, 1), checkpoints.last()
    said = [(words.of_state(row), row.mac)] if row else []
    said += [(words.of_head(head.signed), head.mac)] if head else []
    return all(words.is_fresh(text, mac) for text, mac in said)
