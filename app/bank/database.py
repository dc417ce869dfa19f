"""This house's database: its declarative base, its session, its hot statements."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import DeclarativeBase

from app.foundation import database
from app.foundation.hot import Hot


class Base(DeclarativeBase):
    """The base of every model of the bank."""

    metadata = database.metadata()


BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up in INTEGER alone

db = database.make_database(Base)
hot = Hot("bank")
