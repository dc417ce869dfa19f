"""No ledger on a database that forgets: what was acknowledged must be on the disk (F05).

PostgreSQL with one of :data:`NEEDED` off answers before a deed is safe, and a crash takes it back.
In production every connection is refused there, and the start as well.
"""

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.bank.database import db
from app.foundation.logs import log
from app.foundation.problems import Unavailable

NEEDED = ("fsync", "full_page_writes", "synchronous_commit")


class Forgetful(Unavailable):
    """The database may lose what it has acknowledged."""


def init_app(app):
    """In production, let no connection of ``app`` to a database that may forget be used."""
    if app.config["APP_ENV"] != "production":
        return
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            event.listen(db.engine, "connect", _refuse)


def ensure(app):
    """Refuse to start ``app`` on a database that may forget; one that is away is asked later.

    Raises SystemExit.
    """
    with app.app_context():
        try:
            db.engine.connect().close()
        except Forgetful as forgetful:
            raise SystemExit(f"The ledger was refused: {forgetful.detail}") from forgetful
        except OperationalError as error:
            log.warning("the database is away", error=type(error).__name__)
        db.engine.dispose()


def _refuse(connection, _record):
    off = [name for name in NEEDED if _shown(connection, name) == "off"]
    connection.rollback()
    if off:
        raise Forgetful(detail=f"PostgreSQL has {', '.join(off)} off")


def _shown(connection, name):
    with connection.cursor() as cursor:
        return cursor.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]
