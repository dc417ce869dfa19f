"""Every model of the bank, so that migrations see all its tables, and no others."""

from app.bank.idempotency import IdempotencyKey
from app.bank.outbox.models import BankNotice
from app.bank.records import BankRecord
from app.bank.wallet.models import Entry, KnownPayee, Posting, Wallet

MODELS = (BankNotice, BankRecord, Entry, IdempotencyKey, KnownPayee, Posting, Wallet)
NAMES = {model.__tablename__ for model in MODELS}
