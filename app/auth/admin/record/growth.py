"""That the record only ever grew: the heads that were signed, and proof between any two of them."""

from flask import Response, request

from app.auth.admin import guard
from app.auth.keys import checkpoints, proving
from app.auth.staff.permissions import AUDIT_READ
from app.foundation import canonical
from app.foundation.problems import NotFound

growth = guard.door("admin_record_growth", AUDIT_READ)

LAST = 2**63 - 1  # the largest tree there can be


@growth.get("/admin/audit/heads")
def heads():
    """Send signed heads as JSON, the newest first, a hundred; ``before``: of fewer records."""
    rows = checkpoints.newest(_size("before", LAST), 100)
    return _json([{"size": row.size, "head": row.signed} for row in rows])


@growth.get("/admin/audit/consistency")
def consistency():
    """Send the proof that the tree of ``second`` records began as that of ``first``, as JSON."""
    return _json(proving.of_growth(_size("first", 0), _size("second", None)))


def _size(name, default):
    if name not in request.args:
        return default
    given = request.args.get(name, type=int)
    if given is None or not 0 <= given <= LAST:
        raise NotFound
    return given


def _json(told):
    return Response(canonical.json(told), mimetype="application/json")
