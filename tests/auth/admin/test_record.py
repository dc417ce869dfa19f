"""The record in the back office: found by whoever, whatever and whenever, and proved."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.auth import chaining
from app.auth.admin.record import told
from app.auth.audit import events, searching, trail
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.institutions import directory, members
from app.auth.keys import jose
from app.auth.staff.models import InstitutionRole
from app.foundation import canonical, clock, merkle
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.audit import superuser
from tests.support.marks import mission, rfc


@pytest.fixture
def written(app, register):
    """A shop, and what it did."""
    register("loja", client_name="Loja do Porto")
    with app.app_context(), kept(db):
        trail.record(events.CLIENT_DISABLED, actor="operator", subject="loja")


def seal():
    """Link what waits, and sign the head."""
    stage.make_keys()
    chaining.seal(now=True)


def test_lines_tell_names_not_only_ids(olga, written):
    page = olga.open("/admin/audit?event=client:access:disabled")

    assert "App desativado" in page.text
    assert "Loja do Porto" in page.text
    assert "linha de comando" in page.text


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ["31/12/9999", "0001-01-01", "1899-12-31"])
def test_a_day_that_no_record_can_be_of_is_told_to_be_wrong(olga, written, name, day):
    page = olga.open(f"/admin/audit?{name}={day}")
    file = olga.client.get(f"/admin/audit/export?format=json&{name}={day}", headers=olga.headers)

    assert (page.status, file.status_code) == (422, 404)
    assert olga.open(f"/admin/audit?{name}=1900-01-01").status == 200
    assert olga.open(f"/admin/audit?{name}=31/12/9998").status == 200


@pytest.mark.parametrize("before", ["9" * 20, "-" + "9" * 20, "-1"])
def test_a_number_that_no_record_can_have_is_taken_for_the_nearest(olga, written, before):
    page = olga.open(f"/admin/audit?before={before}")

    assert page.status == 200
    assert ("Loja do Porto" in page.text) == (not before.startswith("-"))


@mission("S86")
@pytest.mark.parametrize(
    ("typed", "number"), [("ana@exemplo.com.br", 1), ("loja", 2), ("nobody-of-ours", 0)]
)
def test_it_is_searched_by_whom_it_is_about(app, olga, written, typed, number):
    with app.app_context(), kept(db):
        trail.record(
            events.PROFILE_CHANGED,
            actor="operator",
            subject=persons.found("ana@exemplo.com.br").sub,
        )
    listed = olga.client.get(
        f"/admin/audit/export?format=json&q={typed}&event=", headers=olga.headers
    ).get_json()

    mine = [row for row in listed if row["event"] not in {"account:profile:created"}]
    mine = [row for row in mine if not row["event"].startswith(("account:role", "session"))]
    assert len(mine) == number


def test_days_are_those_of_the_institution(app, olga, held_clock):
    with app.app_context(), kept(db):
        at = clock.now().replace(year=2027, month=3, day=2, hour=2, minute=30)  # 1 March there
        rows = [
            {"at": at + timedelta(days=n), "event": "account:profile:changed", "actor": "operator"}
            | {"subject": f"p{n}"}
            for n in range(3)
        ]
        db.session.execute(insert(AuditRecord.__table__), rows)

    listed = olga.client.get(
        "/admin/audit/export?format=json&since=2027-03-02&until=2027-03-02", headers=olga.headers
    ).get_json()

    assert [row["subject"] for row in listed] == ["p1"]


def test_a_day_that_is_none_is_said_so(olga):
    page = olga.open("/admin/audit?since=2026-02-31")

    assert page.status == 422
    assert "Escreva a data" in page.text


def test_pages_hold_whatever_is_written_meanwhile(app, olga):
    with app.app_context(), kept(db):
        trail.record_each(
            events.PROFILE_CHANGED, [f"p{n}" for n in range(120)], actor=events.SYSTEM
        )
    address, seen = "/admin/audit?event=account:profile:changed", []
    while address:
        page = olga.open(address)
        seen += [row for row in page.text.split() if row.startswith("p") and row[1:].isdigit()]
        with app.app_context(), kept(db):
            trail.record(events.PROFILE_CHANGED, actor=events.SYSTEM, subject="new")
        address = page.elements.get("record-older", {}).get("href")

    assert len(seen) == len(set(seen)) == 120


@mission("S87")
@rfc("9162", "2.1.3")
def test_a_line_proves_itself_and_the_proof_can_be_taken_away(app, olga, written):
    with app.app_context():
        seq = db.session.scalar(db.select(db.func.max(AuditRecord.seq)))
        seal()

    page = olga.open(f"/admin/audit/{seq}")
    taken = olga.client.get(f"/admin/audit/{seq}/proof", headers=olga.headers).get_json()

    assert page.elements["proof"]["data-proof"] == "holds"
    leaf = merkle.leaf(canonical.json(taken["record"]))
    path = [bytes.fromhex(each) for each in taken["path"]]
    root = jose.unb64(json.loads(jose.unb64(taken["head"].split(".")[1]))["root"])
    assert merkle.is_included(leaf, taken["index"], taken["size"], path, root)


@mission("S87")
@rfc("9162", "2.1.4")
def test_the_heads_are_there_and_each_is_proved_to_have_grown_into_the_next(app, olga, office):
    with app.app_context():
        for turn in range(3):
            superuser.write(5, turn * 5)
            seal()

    heads = olga.client.get("/admin/audit/heads", headers=olga.headers).get_json()

    sizes = [each["size"] for each in heads]
    roots = [jose.unb64(json.loads(jose.unb64(h["head"].split(".")[1]))["root"]) for h in heads]
    assert sizes == sorted(sizes, reverse=True)
    address = f"/admin/audit/consistency?first={sizes[1]}"
    told = olga.client.get(address, headers=olga.headers).get_json()
    path = [bytes.fromhex(each) for each in told["path"]]
    assert merkle.is_consistent(sizes[1], sizes[0], path, roots[1], roots[0])
    assert (told["first"]["head"], told["second"]["head"]) == (heads[1]["head"], heads[0]["head"])
    before = f"/admin/audit/heads?before={sizes[0]}"
    assert olga.client.get(before, headers=olga.headers).get_json() == heads[1:]
    wrong = ("first=0", "first=x", f"first=1&second={sizes[0] + 1}", "first=2&second=1", "")
    for asked in (*wrong, f"first={2**70}", "first=-1"):
        answer = olga.client.get(f"/admin/audit/consistency?{asked}", headers=olga.headers)
        assert answer.status_code == 404, asked
    assert office("sol").open("/admin/audit/heads").status == 403


def test_a_line_that_somebody_edited_is_shown_as_broken(app, olga, written):
    with app.app_context():
        seq = db.session.scalar(db.select(db.func.max(AuditRecord.seq)))
        seal()
        with superuser.unstopped() as run:
            run("UPDATE audit_records SET actor = 'nobody' WHERE seq = :seq", seq=seq)

    page = olga.open(f"/admin/audit/{seq}")

    assert page.elements["proof"]["data-proof"] == "broken"


@pytest.mark.parametrize("event", [events.ROLE_GIVEN, "never:heard:of"])
def test_a_line_slipped_in_is_told_on_the_list(app, olga, written, event):
    with app.app_context():
        slipped = {"at": clock.now(), "event": event, "actor": "operator"}
        with kept(db):
            db.session.execute(insert(AuditRecord.__table__), slipped)
        seal()

    assert "chain-broken" in olga.open("/admin/audit").elements


def test_a_line_that_waits_says_so_and_one_that_is_not_there_is_not_found(app, olga, written):
    with app.app_context():
        seq = db.session.scalar(db.select(db.func.max(AuditRecord.seq)))

    assert olga.open(f"/admin/audit/{seq}").elements["proof"]["data-proof"] == "waiting"
    assert olga.open(f"/admin/audit/{2**70}").status == 404
    assert olga.client.get(f"/admin/audit/{seq}/proof", headers=olga.headers).status_code == 404


@mission("S2")
def test_an_institutions_administrator_sees_its_people_and_apps_alone(app, office, register):
    with app.app_context(), kept(db):
        for code in ("aurora", "boreal"):
            directory.create(code, code.title())
        ana, otto = (persons.found(f"{name}@exemplo.com.br") for name in ("ana", "otto"))
        members.join(ana.id, "aurora")
        aurora = directory.get("aurora").id
        row = {"user_id": ana.id, "role": "admin", "institution_id": aurora}
        db.session.execute(insert(InstitutionRole), row)
        members.join(otto.id, "boreal")
        trail.record(events.PROFILE_CHANGED, actor=ana.sub, subject=otto.sub)
        trail.record(events.PROFILE_CHANGED, actor=ana.sub, subject=ana.sub)
    register("dela", institution="aurora")
    register("outra", institution="boreal")
    browser = office("ana")

    listed = browser.client.get(
        "/admin/audit/export?format=json", headers=browser.headers
    ).get_json()

    told_of = {row["subject"] for row in listed}
    assert {"dela", ana.sub} <= told_of
    assert not {"outra", otto.sub} & told_of
    with app.app_context():
        other = db.session.scalar(db.select(AuditRecord.seq).where(AuditRecord.subject == "outra"))
    assert browser.open(f"/admin/audit/{other}").status == 404
    assert browser.open(f"/admin/audit/{other}/proof").status == 404


def test_support_does_not_read_it(office):
    assert office("sol").open("/admin/audit").status == 403


def test_every_event_has_its_words(app):
    with app.test_request_context():
        assert [each for each in events.CATALOGUE if told.title(each).startswith("record.")] == []


def test_the_first_record_of_a_moment_is_found_by_halves(auth_app):
    with auth_app.app_context(), kept(db):
        start = clock.now()
        rows = [
            {"at": start + timedelta(hours=n), "event": "key:signing:created", "actor": "system"}
            for n in range(40)
        ]
        db.session.execute(insert(AuditRecord.__table__), rows)
        asked = searching.Asked(
            since=start + timedelta(hours=30), until=start + timedelta(hours=33)
        )
        lines, more = searching.page(asked)

    assert [line.at for line in lines] == [start + timedelta(hours=n) for n in (32, 31, 30)]
    assert not more
