"""On which database a test of a door runs.

Rooms own the statements, so their tests run on both databases. Doors (the protocol, the pages, the
back office) reach them through the rooms: each of their tests runs on one of the two, chosen by its
name, so that every module meets both and half the time is saved. ``SOAK=1`` (`make soak`) or
``DATABASES=both`` runs each on both.
"""

import os
import zlib

DOORS = ("tests/auth/oauth/", "tests/auth/pages/", "tests/auth/admin/", "tests/auth/api/")
KINDS = ("postgresql", "sqlite")


def left_out(items):
    """Return those of ``items`` that this run leaves to the larger one."""
    if os.environ.get("SOAK") or os.environ.get("DATABASES") == "both":
        return []
    return [item for item in items if item.nodeid.startswith(DOORS) and _is_other_half(item)]


def _is_other_half(item):
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    if kind not in KINDS:
        return False
    name = item.nodeid
    for each in KINDS:
        name = name.replace(each, "")
    return kind != KINDS[zlib.crc32(name.encode()) % 2]
