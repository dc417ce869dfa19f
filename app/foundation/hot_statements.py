"""What a hot statement is: SQL with ``:name`` parameters, and the record its rows become."""

import re

# Of rows that must stay as they are; SQLite, with one writer, has no such words.
LOCKS = (" FOR SHARE", " FOR UPDATE")
JOINED, JOINED_BY_SQLITE = "string_agg(", "group_concat("  # which learnt the other name in 3.44

_NAME = re.compile(r"(?<![:\w]):([a-z_]+)")


class Statement:
    """One SQL statement with ``:name`` parameters; rows come back as ``record`` tuples.

    record: a NamedTuple whose annotations say each column's kind. ``for_sqlite`` is the text as
    that database takes it; ``reads``: it neither writes nor locks.
    """

    def __init__(self, sql, record=None):
        self.sql = " ".join(sql.split())
        self.for_sqlite = _for_sqlite(self.sql)
        self.reads = self.sql.startswith("SELECT ") and self.for_sqlite == self.sql
        self.tells = record is not None
        self.record = record
        self.readers = None  # how PostgreSQL's columns are read, once known
        self.names = tuple(dict.fromkeys(_NAME.findall(self.sql)))
        numbers = {name: f"${n}" for n, name in enumerate(self.names, 1)}
        self.numbered = _NAME.sub(lambda match: numbers[match[1]], self.sql)


class Chain:
    """A first statement that decides, and others that follow only for the rows it returned.

    Those others read the first one's rows as a table named ``won``:
    ``INSERT INTO t (a, b) SELECT won.a, :b FROM won``. All are kept together or not at all. None of
    them sees what another of them writes.
    """

    reads, tells = False, True

    def __init__(self, first, record, *following):
        self.first = Statement(first, record)
        following = [" ".join(sql.split()) for sql in following]
        links = [f"won AS ({self.first.sql})"]
        links += [f"then_{n} AS ({sql})" for n, sql in enumerate(following)]
        self.whole = Statement(f"WITH {', '.join(links)} SELECT * FROM won", record)
        columns = ", ".join(f":won_{name}" for name in record._fields)
        names = ", ".join(record._fields)
        won = f"WITH won({names}) AS (VALUES ({columns}))"
        self.alone = [f"{won} {_for_sqlite(sql)}" for sql in following]


def _for_sqlite(sql):
    sql = sql.replace(JOINED, JOINED_BY_SQLITE)
    for lock in LOCKS:
        sql = sql.replace(lock, "")
    return sql
