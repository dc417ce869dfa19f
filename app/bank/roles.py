"""Which role of PostgreSQL may do what: each room reaches its own tables and the ledger (S11).

Made from the models: a table belongs to the room whose ``models`` it stands in. What is kept to be
proof later may be added to and never changed; the triggers say so too, and no role here owns a
table, so none can remove them.
"""

import re

from app.bank.database import Base
from app.foundation.problems import Problem

ROOMS = ("wallet", "payments", "atm", "reports")
HERALD = "notices"  # hands over what the outbox holds
KEEPER = "keys"  # turns the keys that deeds are signed with
AUDITOR = "auditor"  # reconciles
MOVING = ("wallet", "payments", "atm")  # rooms that move money
ADD, KEEP = "SELECT, INSERT", "SELECT, INSERT, UPDATE"
CHANGE = f"{KEEP}, DELETE"
SHARED = {  # what every room may do with what is no room's own
    "alembic_version_bank": "SELECT",
    "bank_challenges": KEEP,
    "bank_deed_keys": ADD,  # whichever is asked first makes the first key
    "bank_duties": KEEP,
    "bank_idempotency_keys": KEEP,
    "bank_index_keys": "SELECT",
    "bank_notices": "INSERT, SELECT (created_at, due_at, given_up_at)",  # for `/metrics`
    "bank_records": "INSERT, SELECT (seq)",
    "bank_spent_approvals": "INSERT, SELECT (transaction_id)",
    "wallet_entries": ADD,
    "wallet_holds": KEEP,
    "wallet_limits": "SELECT",
    "wallet_postings": ADD,
    "wallet_spending": KEEP,
    "wallets": KEEP,
}
READING = {  # what a room may do that moves nothing
    "alembic_version_bank": "SELECT",
    "bank_deed_keys": ADD,
    "bank_index_keys": "SELECT",
    "bank_duties": "SELECT",
    "bank_notices": "SELECT (created_at, due_at, given_up_at)",
    "wallet_entries": "SELECT",
    "wallet_postings": "SELECT",
    "wallets": "SELECT",
}
OTHERWISE = {"wallet": {"wallet_limits": KEEP}}  # where a room may do more than the others
OUTBOX = {  # and what is long over elsewhere, of which it reads no more than that
    "alembic_version_bank": "SELECT",
    "atm_voucher_tries": "SELECT (whose, ends_at), UPDATE (ends_at), DELETE",
    "bank_challenges": "SELECT (owner_sub, ends_at), UPDATE (ends_at), DELETE",
    "bank_duties": KEEP,
    "bank_idempotency_keys": "SELECT (person, route, key, used_at), UPDATE (used_at), DELETE",
    "bank_notices": CHANGE,
    "bank_records": SHARED["bank_records"],
    "wallet_spending": "SELECT (wallet_id, period), UPDATE (period), DELETE",
}
TURNING = {
    "alembic_version_bank": "SELECT",
    "bank_deed_keys": KEEP,
    "bank_duties": KEEP,
    "bank_records": SHARED["bank_records"],
}
_KINDS = ("TABLES", "SEQUENCES")
_COUNTED = {"bank_records": "seq", "wallet_postings": "id"}  # columns that count by themselves
_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,39}")


class NoName(Problem):
    """Not a beginning of names."""

    code = "invalid_prefix"
    description = "A prefix is 1 to 40 lower-case letters, digits and underscores."


def rights():
    """Return what each role may do: its name → (table → privileges)."""
    own = {room: {} for room in ROOMS}
    for mapper in Base.registry.mappers:
        room = mapper.class_.__module__.split(".")[2]
        if room in own:
            own[room][mapper.local_table.name] = CHANGE
    rooms = {
        room: (SHARED if room in MOVING else READING) | own[room] | OTHERWISE.get(room, {})
        for room in ROOMS
    }
    everything = dict.fromkeys(sorted(Base.metadata.tables), "SELECT")
    return rooms | {HERALD: OUTBOX, KEEPER: TURNING, AUDITOR: everything}


def statements(prefix):
    """Return the SQL that makes each role where there is none, and grants it just its rights.

    prefix: what their names begin with. Run by who owns the tables. Raises NoName.
    """
    if not _PREFIX.fullmatch(prefix):
        raise NoName
    lines = ["BEGIN;"]
    for role, tables in rights().items():
        name = f"{prefix}_{role}"
        lines += ["", f"-- {name}", _made(name)]
        lines += [f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {name};" for what in _KINDS]
        lines.append(f"GRANT USAGE ON SCHEMA public TO {name};")
        lines += [f"GRANT {may} ON {table} TO {name};" for table, may in sorted(tables.items())]
        lines += [
            f"GRANT USAGE ON SEQUENCE {table}_{column}_seq TO {name};"
            for table, column in _COUNTED.items()
            if "INSERT" in tables.get(table, "")
        ]
    return "\n".join([*lines, "", "COMMIT;", ""])


def _made(name):
    """Make the role unless there is one; who runs it sets how it signs in."""
    known = f"SELECT FROM pg_roles WHERE rolname = '{name}'"
    return f"DO $$ BEGIN IF NOT EXISTS ({known}) THEN CREATE ROLE {name} LOGIN; END IF; END $$;"
