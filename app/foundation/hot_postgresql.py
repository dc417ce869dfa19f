"""Hot statements on PostgreSQL: the driver's own wire calls, on connections of our own.

psycopg's cursor adapts every value and every row by general rules; for the dozen statements that
matter, whose kinds are few and known, that is most of their cost. So they are sent through
:mod:`psycopg.pq`, its thin wrapper of libpq: prepared once a connection, values as text, rows
read by the type PostgreSQL names. A lost connection is dropped, never asked twice: whether a
write had gone through could not be known.
"""

import queue
import select
from collections import deque
from datetime import date, datetime

import psycopg
from psycopg import pq
from sqlalchemy import make_url

from app.foundation import pools
from app.foundation.hot_statements import Statement
from app.foundation.problems import Unavailable

OPTIONS = "-c statement_timeout={} -c timezone=UTC -c datestyle=ISO"
TRANSIENT = ("08", "40", "53", "57")  # connection, rollback, resources, operator (classes)

_NOTHING = pq.ExecStatus.COMMAND_OK
_GOOD = (pq.ExecStatus.TUPLES_OK, _NOTHING)
_TEXT, _BYTES, _INTEGER, _TRUTH, _MOMENT = 0, 17, 20, 16, 1184  # type numbers of PostgreSQL
_KINDS = {str: _TEXT, type(None): _TEXT, bytes: _BYTES, bool: _TRUTH, int: _INTEGER}


class PostgreSQL:
    """A small pool of autocommit connections; the one used last is used next."""

    def __init__(self, url, terms, name):
        self._address = make_url(url).set(drivername="postgresql")
        self._seconds = terms.seconds
        self._idle = deque()
        self._turns = queue.SimpleQueue()  # one for each connection there may be
        for turn in range(2 * terms.size):
            self._turns.put(turn)
        self._meter = pools.Meter(name, 2 * terms.size)

    def run(self, statement, values):
        """Run a statement or a chain; return its rows. Raises Unavailable."""
        turn = self._turn()
        self._meter.in_use.inc()
        try:
            line = self._take()
            rows = line.run(statement, values)
            self._idle.append(line)
            return rows
        finally:
            self._turns.put(turn)
            self._meter.in_use.dec()

    @staticmethod
    def within(connection, statement, values):
        """Run a statement or a chain in the transaction of SQLAlchemy's ``connection``.

        Returns its rows. Raises Unavailable, psycopg.Error: then the transaction can only be
        undone.
        """
        line = connection.connection.driver_connection.pgconn
        prepared = connection.info.setdefault("hot", {})  # as long as the driver's connection lives
        try:
            if line.transaction_status == pq.TransactionStatus.IDLE:
                _asked(line.exec_, b"BEGIN")
            return _run(line, prepared, statement, values)
        except BaseException:
            if line.status != pq.ConnStatus.OK:
                connection.invalidate()
            raise

    def dispose(self):
        """Close every idle connection."""
        while self._idle:
            self._idle.pop().close()

    def _turn(self):
        try:
            return self._turns.get_nowait()
        except queue.Empty:
            pass
        try:
            with self._meter.waiting():
                return self._turns.get(timeout=self._seconds)
        except queue.Empty:
            raise Unavailable(detail="every hot connection is busy") from None

    def _take(self):
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:
                break
            if line.is_alive():
                return line
            line.close()
        return _Line(self._address, self._seconds)


class _Line:
    """One connection and what is prepared on it."""

    def __init__(self, address, seconds):
        plain = address.render_as_string(hide_password=False)
        try:
            self._connection = psycopg.connect(
                plain,
                autocommit=True,
                connect_timeout=seconds,
                options=OPTIONS.format(seconds * 1000),
            )
        except psycopg.OperationalError as error:
            raise Unavailable(detail=f"no connection: {type(error).__name__}") from error
        self._pq = self._connection.pgconn
        self._prepared = {}
        self._poll = select.poll()
        self._poll.register(self._pq.socket, select.POLLIN)

    def is_alive(self):
        """Nothing waits to be read on an idle line, unless the server has hung up."""
        return not self._poll.poll(0)

    def close(self):
        """Hang up."""
        self._connection.close()

    def run(self, statement, values):
        """Send one statement; return its rows. Raises Unavailable, psycopg.Error.

        An error drops the connection.
        """
        try:
            return _run(self._pq, self._prepared, statement, values)
        except BaseException:
            self.close()
            raise


def _run(line, prepared, statement, values):
    if not isinstance(statement, Statement):
        statement = statement.whole
    given = [values[name] for name in statement.names]
    kinds = tuple([_KINDS.get(type(value), _MOMENT) for value in given])
    known = prepared.get((statement, kinds)) or _prepare(line, prepared, statement, kinds)
    name, formats, senders = known
    sent = [v if v is None else send(v) for send, v in zip(senders, given, strict=True)]
    result = _asked(line.exec_prepared, name, sent, formats)
    if result.status == _NOTHING:
        return []
    return _rows(statement, result)


def _prepare(line, prepared, statement, kinds):
    name = b"hot_%d" % len(prepared)
    _asked(line.prepare, name, statement.numbered.encode(), kinds)
    formats = [1 if kind == _BYTES else 0 for kind in kinds]
    known = name, formats, [_SENDERS[kind] for kind in kinds]
    prepared[statement, kinds] = known
    return known


def _asked(ask, *arguments):
    """One call of libpq, which lets other threads run. Raises Unavailable, psycopg.Error."""
    try:
        result = ask(*arguments)
    except psycopg.OperationalError as error:
        raise Unavailable(detail=type(error).__name__) from error
    if result.status in _GOOD:
        return result
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"08000").decode()
    error = psycopg.errors.error_from_result(result)
    if state.startswith(TRANSIENT):
        raise Unavailable(detail=type(error).__name__) from error
    raise error


def _rows(statement, result):
    readers = statement.readers
    if readers is None:
        numbers = range(result.nfields)
        readers = [(n, _READERS.get(result.ftype(n), bytes.decode)) for n in numbers]
        statement.readers = readers
    value, rows = result.get_value, []
    for row in range(result.ntuples):
        cells = [c if (c := value(row, n)) is None else read(c) for n, read in readers]
        rows.append(statement.record(*cells) if statement.record else tuple(cells))
    return rows


_SENDERS = {
    _TEXT: str.encode,
    _BYTES: bytes,
    _INTEGER: lambda value: b"%d" % value,
    _TRUTH: lambda value: b"t" if value else b"f",
    _MOMENT: lambda value: value.isoformat().encode(),
}
_READERS = {
    16: lambda cell: cell == b"t",
    17: lambda cell: bytes.fromhex(cell[2:].decode()),
    20: int,
    23: int,
    1082: lambda cell: date.fromisoformat(cell.decode()),
    1184: lambda cell: datetime.fromisoformat(cell.decode()),
}
