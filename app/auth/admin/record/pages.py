"""The record: look through it, see a line and its proof, take them away."""

from flask import Response, request

from app.auth.admin import guard, lists
from app.auth.admin.record import asking, naming, proof, told
from app.auth.audit import searching
from app.auth.audit.chain import standing
from app.auth.hosted import forms, signed_in
from app.auth.keys import proving
from app.auth.staff import sight
from app.auth.staff.permissions import AUDIT_EXPORT, AUDIT_READ
from app.foundation import canonical, clock, words
from app.foundation.problems import NotFound

record = guard.door("admin_record", AUDIT_READ)

COLUMNS = ("seq", "at", "event", "actor", "subject", "request_id", "data")
LAST = 2**63 - 1  # the highest number a line can have


@record.get("/admin/audit")
def index():
    """List what fits, the last first; each line by the names of whom and what it tells of."""
    chosen, asked, wrong = asking.read()
    before = request.args.get("before", type=_number)
    lines, more = ([], False) if wrong else searching.page(asked, before)
    named = naming.of(lines)
    return forms.page(
        "admin/record/list",
        422 if wrong else 200,
        chosen=chosen,
        wrong=wrong,
        rows=[told.row(line, named) for line in lines],
        next=lines[-1].seq if more else None,
        paged=before is not None,
        choices=told.choices(),
        chain=standing.now(),
        **_common(),
    )


@record.get("/admin/audit/export")
@guard.needs(AUDIT_EXPORT)
def export():
    """Send all that fits as a file: CSV, or JSON."""
    _, asked, wrong = asking.read()
    if wrong or not lists.wants_file():
        raise NotFound
    return lists.file("record", COLUMNS, searching.batches(asked), _fields)


@record.get("/admin/audit/<int:seq>")
def show(seq):
    """Show one line: all that it says, and whether it stands in the chain as it was written."""
    line = _line(seq)
    named = naming.of([line])
    return forms.page(
        "admin/record/line",
        line=line,
        row=told.row(line, named),
        values=list(told.values(line.data)),
        proof=proof.of(seq),
        **_common(),
    )


@record.get("/admin/audit/<int:seq>/proof")
def take_proof(seq):
    """Send the proof that the line stands under a signed head, for whoever wants to check it."""
    _line(seq)
    answer = Response(canonical.json(proving.of_record(seq)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{seq}.proof.json"'
    return answer


def _common():
    return {"command": "flask --app wsgi:auth audit verify", "ago": _ago} | signed_in.page()


def _ago(moment):
    return words.ago(moment, clock.now())


def _number(text):
    """The number of a line, or the nearest that one can have."""
    return min(max(int(text), 0), LAST)


def _line(seq):
    line = searching.one(seq, sight.of_records(guard.reach())) if seq <= LAST else None
    if line is None:
        raise NotFound
    return line


def _fields(line):
    data = canonical.json(line.data).decode() if line.data else None
    moment = line.at.isoformat(timespec="milliseconds")
    return (line.seq, moment, line.event, line.actor, line.subject, line.request_id, data)
