"""The index keys of sealing keys that were put away."""

from app.bank.database import Base
from app.foundation.put_away import IndexKeyColumns


class IndexKey(IndexKeyColumns, Base):
    """What a sealing key gave for one purpose, sealed under the first."""

    __tablename__ = "bank_index_keys"
