"""When each duty of the bank's worker was last done."""

from app.bank.database import Base, db
from app.foundation import beats


class BankDuty(beats.Beat, Base):
    """One duty, whichever worker did it."""

    __tablename__ = "bank_duties"


BEATS = beats.Beats(db, BankDuty)
