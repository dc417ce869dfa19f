"""Seal the record: link what waits, sign the head when that is due, anchor it outside."""

from flask import current_app

from app.auth.audit.chain import linking
from app.auth.database import db
from app.auth.keys import anchors, checkpoints
from app.foundation.database import kept
from app.foundation.logs import log

ROUNDS = 40  # batches before other duties of this process are heard of


def seal(*, now=False):
    """Do all three; return what the log is told: nothing, but when a head was signed.

    now: sign however young the last head is. Raises Changed.
    """
    for _ in range(ROUNDS):
        if linking.link_due() < linking.BATCH:
            break
    with kept(db):
        head = checkpoints.sign_due(now=now)
    if head is None:
        return {}
    _anchor(head)
    return {"records": head.size}


def _anchor(head):
    path = current_app.config["AUDIT_ANCHOR_FILE"]
    if not path:
        return
    try:
        anchors.append(path, head)
    except anchors.Unreadable as odd:  # the chain goes on; the next head covers this one
        log.error("no anchor written", why=odd.description)
