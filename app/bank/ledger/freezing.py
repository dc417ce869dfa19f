"""Freeze a wallet: nothing leaves it until it is thawed; what comes in, comes in."""

from sqlalchemy import update

from app.bank import records
from app.bank.database import db
from app.bank.ledger.models import Wallet
from app.foundation import clock, database
from app.foundation.problems import NotFound

_wallets = Wallet.__table__


def freeze(sub):
    """Let nothing leave the wallet of ``sub`` from here on; False when it was frozen already.

    Whoever spends from it at this moment is waited for, or finds it frozen. Raises NotFound.
    """
    return _turn(sub, clock.now(), records.WALLET_FROZEN)


def thaw(sub):
    """Let the wallet of ``sub`` be spent from again; False when it was not frozen."""
    return _turn(sub, None, records.WALLET_THAWED)


def _turn(sub, moment, event):
    was = _wallets.c.frozen_at.is_(None) if moment else _wallets.c.frozen_at.is_not(None)
    mine = _wallets.c.owner_sub == sub
    turn = update(_wallets).where(mine, was).values(frozen_at=moment).returning(_wallets.c.id)
    wallet = database.write(db, turn).scalar()
    if wallet is not None:
        records.record(event, actor=records.OPERATOR, subject=wallet)
    elif db.session.execute(_wallets.select().where(mine)).first() is None:
        raise NotFound("This person has no wallet.")
    return wallet is not None
