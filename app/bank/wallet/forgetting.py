"""Keys to wallets of people who are nobody any more: no contact leads to an account that is gone.

The authorization server knows people, and tells nobody who left. So the owners of keys are asked
after, some at a time, in the order of their numbers and then from the beginning again.
"""

from flask import current_app
from sqlalchemy import select

from app.bank.authority import people
from app.bank.database import db
from app.bank.wallet import contacts
from app.bank.wallet.models import WalletKey
from app.foundation import database

BATCH = 100  # owners asked after in a round


def run_once():
    """Ask after the next owners; remove the keys of who is gone. Returns how many, as a dict.

    For the worker. Nothing to remove: an empty dict. Raises asking.Away: then the next round goes
    on where this one stopped.
    """
    place, gone = current_app.extensions.setdefault("owners_asked", {"after": ""}), 0
    owners = _owners(place["after"])
    for sub in owners:
        if people.is_gone(sub):
            with database.kept(db):
                gone += contacts.remove_each(sub)
        place["after"] = sub
    if len(owners) < BATCH:
        place["after"] = ""
    return {"keys_removed": gone} if gone else {}


def _owners(after):
    later = select(WalletKey.owner_sub).where(WalletKey.owner_sub > after).distinct()
    found = db.session.scalars(later.order_by(WalletKey.owner_sub).limit(BATCH)).all()
    database.let_go(db)  # no connection is held while somebody is asked
    return found
