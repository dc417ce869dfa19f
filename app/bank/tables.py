"""Every model of the bank, so that migrations see all its tables, and no others."""

from app.bank.atm.models import AgentDay, Terminal, VoucherTries, Withdrawal
from app.bank.deeds.models import Challenges, DeedKey, SpentApproval
from app.bank.duties import BankDuty
from app.bank.idempotency import IdempotencyKey
from app.bank.ledger.models import Entry, Hold, Posting, Wallet
from app.bank.limits.models import WalletLimits, WalletSpending
from app.bank.outbox.models import BankNotice
from app.bank.payments.models import Payment
from app.bank.records import BankRecord
from app.bank.resealing.models import IndexKey
from app.bank.wallet.models import KnownPayee, WalletKey

MODELS = (
    *(
        BankDuty,
        BankNotice,
        BankRecord,
        Challenges,
        DeedKey,
        Entry,
        Hold,
        IdempotencyKey,
        IndexKey,
        KnownPayee,
        Payment,
    ),
    *(Posting, SpentApproval, Wallet, WalletKey, WalletLimits, WalletSpending),
    *(AgentDay, Terminal, VoucherTries, Withdrawal),
)
NAMES = {model.__tablename__ for model in MODELS}
