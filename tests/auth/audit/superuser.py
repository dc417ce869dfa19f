"""A superuser of the database, whom no trigger stops, with all the time in the world."""

import hashlib
from contextlib import contextmanager

from sqlalchemy import select, text

from app.auth.audit import events, trail
from app.auth.audit.chain import words
from app.auth.audit.chain.models import Link, Node
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.foundation import merkle
from app.foundation.database import kept


@contextmanager
def unstopped():
    """Yield a function that runs SQL, all of it in one transaction."""
    db.session.rollback()
    with db.engine.begin() as connection:
        triggers = []
        if connection.dialect.name == "sqlite":
            named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = connection.execute(text(named)).all()
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield lambda statement, **values: connection.execute(text(statement), values)
        for _, made in triggers:
            connection.exec_driver_sql(made)


def write(many, start=0):
    """Record ``many`` things."""
    with kept(db):
        for number in range(start, start + many):
            trail.record(events.ROLE_GIVEN, actor="boss", subject=f"p{number}", data={"n": number})


def recompute():
    """Write links and tree anew over the records as they are now linked, as the code says how.

    Whoever does so has no sealing key: each MAC is what they can make up.
    """
    size, last, peaks = 0, words.START, []
    with db.engine.connect() as connection:
        linked = select(Link.number, *AuditRecord.__table__.columns).join(
            AuditRecord, AuditRecord.seq == Link.seq
        )
        rows = connection.execute(linked.order_by(Link.number)).all()
    with unstopped() as run:
        run("DELETE FROM audit_nodes")
        for row in rows:
            leaf = words.leaf(row)
            last = words.link(last, leaf)
            run(
                "UPDATE audit_links SET leaf = :leaf, hash = :hash, nonce = :nonce,"
                " mac = CASE WHEN hash = :hash THEN mac ELSE :mac END WHERE number = :number",
                **{"leaf": leaf, "hash": last, "nonce": row.nonce, "number": row.number},
                mac=hashlib.sha256(last).digest(),
            )
            peaks, complete = merkle.grow(size, peaks, leaf)
            size += 1
            for level, position, top in complete:
                run(
                    f"INSERT INTO {Node.__tablename__} VALUES (:level, :position, :hash)",
                    **{"level": level, "position": position, "hash": top},
                )
