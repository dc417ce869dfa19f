"""Every model of the bank, so that migrations see all its tables, and no others."""

from app.bank.idempotency import IdempotencyKey
from app.bank.records import BankRecord
from app.bank.wallet.models import Entry, Posting, Wallet

NAMES = {model.__tablename__ for model in (BankRecord, Entry, IdempotencyKey, Posting, Wallet)}
