"""What people approved and refused: the list, and each answer with its proof, checked."""

import json

from flask import Response, url_for

from app.auth.accounts import lookup
from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Entry, Listing
from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.deeds import evidence, overview, verification
from app.auth.flows.approvals import describing
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import DEEDS_READ
from app.foundation import clock, words

deeds = guard.door("admin_evidence", DEEDS_READ)

COLUMNS = ("id", "decided_at", "decision", "method", "type", "amount", "currency")
COLUMNS += ("transaction_id", "sub", "client_id", "digest")
COMMAND = "flask --app wsgi:auth evidence"
LISTING = Listing(
    "admin-deeds",
    "admin.evidence",
    "admin_evidence.index",
    {
        "decision": overview.DECISIONS,
        "method": overview.METHODS,
        "order": tuple(overview.ORDERS),
    },
)


@deeds.get("/admin/deeds")
def index():
    """List the answers of the people within reach, as was asked."""
    chosen = entries.asked(LISTING)
    asked = {"text" if name == "q" else name: value for name, value in chosen.items()}
    fitting = {"order": asked.pop("order", "newest"), "codes": guard.reach().codes}
    if lists.wants_file():
        found = overview.batches(asked, **fitting)
        return lists.file("deeds", COLUMNS, found, _fields)
    found = overview.look(asked, **fitting, page=lists.page_number())
    called = lookup.names(row.sub for row in found.rows)
    shown = [_entry(row, called) for row in found.rows]
    return entries.page(LISTING, found, shown, chosen, command=f"{COMMAND} list")


@deeds.get("/admin/deeds/<approval_id>")
def show(approval_id):
    """Show what was answered, how, and whether its proof holds."""
    row = overview.get(approval_id, guard.reach().codes)
    deed = evidence.deed_of(row)
    checks = verification.checks(evidence.exported(row.id)) if deed else ()
    return forms.page(
        "admin/deeds/deed",
        row=row,
        deed=_sentence(deed),
        decision=_badge(row),
        facts=[*(_asked(deed) if deed else ()), *_facts(row)],
        checks=checks,
        broken=any(check.holds is False for check in checks),
        command=f"{COMMAND} export {row.id}",
        **signed_in.page(),
    )


@deeds.get("/admin/deeds/<approval_id>/evidence.json")
def take(approval_id):
    """Send the proof, for whoever wants to check it; the record tells who took it."""
    row = overview.get(approval_id, guard.reach().codes)
    text = json.dumps(evidence.exported(row.id), indent=2, ensure_ascii=False)
    trail.record(events.EVIDENCE_TAKEN, actor=guard.actor(), subject=row.transaction_id)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.id}.json"'
    return answer


def _entry(row, called):
    when = words.when(row.decided_at, clock.now())
    person = called.get(row.sub) or row.sub
    lines = [words.t("admin.evidence.line", when=when, person=person, app=_app(row.client_id))]
    if row.method:
        lines.append(words.t(f"admin.evidence.method.{row.method}"))
    address = url_for("admin_evidence.show", approval_id=row.id)
    return Entry(_sentence(evidence.deed_of(row)), row.id, address, (_badge(row),), tuple(lines))


def _badge(row):
    kind = "ok" if row.decision == "approved" else "warn"
    return entries.badge(kind, "admin.evidence.decision", row.decision)


def _sentence(deed):
    if deed is None:
        return words.t("admin.evidence.unreadable")
    said = describing.sentence(deed, words.locale())
    return said[:1].upper() + said[1:]


def _asked(deed):
    """What was asked: pairs of a message's name and a value, and whether that is a machine's."""
    payee = deed.claims["payee"]
    yield "amount", words.money(deed.claims["amount"], deed.claims["currency"]), False
    yield "payee", payee["name"], False
    yield "institution", payee.get("institution"), False
    yield "description", deed.claims.get("description"), False


def _facts(row):
    """What is told of the answer, as :func:`_asked` tells it."""
    yield "person", lookup.names([row.sub]).get(row.sub) or row.sub, False
    yield "app", _app(row.client_id), False
    yield "decided", words.when(row.decided_at, clock.now()), False
    yield "how", row.method and words.t(f"admin.evidence.method.{row.method}"), False
    yield "destination", row.destination, False
    yield "deed", row.transaction_id, True
    yield "digest", evidence.named_digest(row), True
    yield "request", row.request_id, True


def _app(client_id):
    client = registry.find(client_id)
    return client.localized("client_name", words.locale()) or client_id if client else client_id


def _fields(row):
    deed = evidence.deed_of(row)
    claims = deed.claims if deed else {}
    decided_at = clock.to_the_second(row.decided_at)
    told = (row.id, decided_at, row.decision, row.method, claims.get("type"))
    told += (claims.get("amount"), claims.get("currency"), row.transaction_id, row.sub)
    return *told, row.client_id, evidence.named_digest(row)
