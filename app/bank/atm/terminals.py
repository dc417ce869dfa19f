"""Terminals: cash machines and agents' tills, each of one client and with cash of its own."""

import re

from flask import current_app
from sqlalchemy import insert, select, update

from app.bank import money, records
from app.bank.atm.models import AGENT, Terminal
from app.bank.database import db, hot
from app.bank.ledger.models import SETTLEMENT, Wallet
from app.foundation import clock, database, ids
from app.foundation.hot import Statement
from app.foundation.problems import NotFound, Problem
from app.resource_server.errors import Challenge

_rows, _wallets = Terminal.__table__, Wallet.__table__
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_LONGEST = 80


class UnknownTerminal(Challenge):
    """Not a terminal of this client that is in service; another client's is the same to it."""

    code = "unknown_terminal"
    description = "This terminal is not known, or not in service."


class Wrong(Problem):
    """The operator described no terminal that could be."""

    code = "invalid_terminal"


# Which rows may speak for the client, here and in the statement that counts a try.
IN_SERVICE = (
    "FROM atm_terminals WHERE id = :terminal_id AND client_id = :client_id AND disabled_at IS NULL"
)
_FIND = Statement(f"SELECT id {IN_SERVICE}")


def check(terminal_id, client_id):
    """Let pass a terminal in service, of this client. Raises UnknownTerminal."""
    if not hot.run(_FIND, terminal_id=terminal_id, client_id=client_id):
        raise UnknownTerminal


def add(client_id, kind, *, name, place, terminal_id=None, limits=(None, None)):
    """Add a terminal of ``client_id`` and the wallet of its cash; return its id.

    terminal_id: as the client calls it, else drawn; limits: an agent's, at once and in a day, in
    minor units; else those of the settings. Raises Wrong.
    """
    terminal_id = terminal_id or ids.new("ter")
    if not _ID.fullmatch(terminal_id):
        raise Wrong("A terminal's id is 1 to 40 letters, digits, dots, dashes and underscores.")
    if not all(0 < len(text) <= _LONGEST and text.isprintable() for text in (name, place)):
        raise Wrong(f"Name and place are 1 to {_LONGEST} printable characters.")
    if db.session.execute(select(_rows.c.id).where(_rows.c.id == terminal_id)).first():
        raise Wrong("There is a terminal of this id.")
    now = clock.now()
    cash = {"id": f"wal_cash_{terminal_id}", "kind": SETTLEMENT, "opened_at": now}
    cash["currency"] = current_app.config["DEFAULT_CURRENCY"]
    db.session.execute(insert(_wallets).values(cash))
    deed, day = _limits(kind, limits)
    told = {"client_id": client_id, "kind": kind, "deed_limit_minor": deed, "day_limit_minor": day}
    made = told | {"id": terminal_id, "name": name, "place": place}
    made |= {"cash_wallet_id": cash["id"], "added_at": now}
    db.session.execute(insert(_rows).values(made))
    records.record(records.TERMINAL_ADDED, actor=records.OPERATOR, subject=terminal_id, data=told)
    return terminal_id


def disable(terminal_id):
    """Take a terminal out of service; False when it was already. Raises NotFound."""
    one = _rows.c.id == terminal_id
    stop = update(_rows).where(one, _rows.c.disabled_at.is_(None))
    if database.write(db, stop.values(disabled_at=clock.now())).rowcount:
        records.record(records.TERMINAL_DISABLED, actor=records.OPERATOR, subject=terminal_id)
        return True
    if db.session.execute(select(_rows.c.id).where(one)).first() is None:
        raise NotFound("There is no such terminal.")
    return False


def everyone():
    """Return the rows of all terminals, by client and id."""
    return db.session.execute(select(_rows).order_by(_rows.c.client_id, _rows.c.id)).all()


def _limits(kind, limits):
    if kind != AGENT:
        if any(limit is not None for limit in limits):
            raise Wrong("Only agents have limits of their own.")
        return None, None
    config = current_app.config
    defaults = config["AGENT_DEED_LIMIT_MINOR"], config["AGENT_DAY_LIMIT_MINOR"]
    chosen = [
        own if own is not None else usual for own, usual in zip(limits, defaults, strict=True)
    ]
    if not all(money.is_an_amount(limit) for limit in chosen):
        raise Wrong(f"A limit is 1 to {money.LARGEST_MINOR} minor units.")
    return chosen
