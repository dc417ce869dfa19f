"""``flask people import``: a town comes in, whole; what is bad is told; what is in stays in."""

import json
import re
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from app.auth.accounts import lookup, papers, passwords
from app.auth.accounts.imported import people
from app.auth.accounts.imported.models import ImportedLine
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.factors import totp
from app.auth.factors.models import TotpSecret
from app.auth.flows.imports import batch
from app.auth.flows.imports.batch import Line
from app.auth.flows.imports.rules import Allowed
from app.auth.flows.imports.seen import Seen
from app.auth.import_commands import command
from app.auth.institutions import members, roles
from app.auth.institutions.models import UserInstitution, UserRole
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.import_commands import town
from tests.support.marks import abuse, mission

ROOT = Path(__file__).parents[3]
COUNTED = (User, ImportedLine, UserRole, UserInstitution, TotpSecret, AuditRecord)


@pytest.fixture
def bring(auth_app, tmp_path):
    """Run the command on a file that says this: ``bring(text, "--dry-run")``."""

    def run(said, *more, name="people.jsonl"):
        file = tmp_path / name
        file.write_text(said, encoding="utf-8", newline="")
        arguments = ["people", "import", str(file), "--add-institution", "default", *more]
        return auth_app.test_cli_runner().invoke(args=[*arguments, "--json"])

    return run


def counts(done):
    told = json.loads(done.stdout)
    return told["imported"], told["already"], told["refused"]


def rows(app):
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(each)) for each in COUNTED]


@mission("S96", "C6")
def test_people_come_in_with_all_that_is_theirs(auth_app, bring):
    done = bring(town.lines(town.person(number) for number in range(101)))

    assert (done.exit_code, counts(done)) == (0, (101, 0, 0)), done.output
    with auth_app.app_context():
        user = lookup.by_identifier(town.cpf(100))
        assert user == lookup.by_identifier("PESSOA-100")
        assert passwords.check(user, persons.PASSWORD)
        assert papers.read(user, "phone") == "+5511960000100"
        assert user.email_verified_at.year == 2021
        assert user.phone_verified_at
        assert roles.names(user.id) == ["support", "user"]
        assert members.codes(user.id) == ["default"]
        assert totp.is_enrolled(user.id)
        assert totp.verify(user.id, pyotp.TOTP(town.SECRET).now())
        assert [event for event, sub in persons.recorded() if sub == user.sub] == [
            events.ACCOUNT_CREATED,
            events.ROLE_GIVEN,
            events.FACTOR_ADDED,
        ]


def test_a_second_run_passes_over_who_is_in_even_in_another_order_and_format(auth_app, bring):
    some = [town.person(number, roles=["support"]) for number in range(20)]
    bring(town.lines(some))
    before = rows(auth_app)

    again = bring(town.lines(reversed(some)))
    cells = [[*each.values()] for each in some if "totp_secret" not in each]
    table = [[*some[1]], *([str(c[0] if isinstance(c, list) else c) for c in r] for r in cells)]
    as_table = bring("".join(",".join(row) + "\r\n" for row in table), name="people.csv")

    assert (again.exit_code, counts(again)) == (0, (0, 20, 0))
    assert (as_table.exit_code, counts(as_table)) == (0, (0, 18, 0))
    assert rows(auth_app) == before


def test_who_changed_their_address_or_was_erased_is_not_brought_in_again(auth_app, bring):
    said = town.lines([town.person(1), town.person(2)])
    bring(said)
    with auth_app.app_context(), kept(db):
        lookup.by_username("pessoa-1").email_folded = "nova@banco.example"
        db.session.delete(lookup.by_username("pessoa-2"))

    assert counts(bring(said)) == (0, 2, 0)


BAD = [
    town.person(0),
    town.person(1, cpf="11111111112"),
    town.person(2, email="PESSOA0@banco.example"),
    town.person(3, cpf=town.cpf(0)),
    town.person(4, username="Pessoa-0"),
    town.person(5, phone="+5511960000000"),
    town.person(6, phone="+5511960000000", phone_verified=False),
    town.person(7, password_hash="senha-em-claro"),
    town.person(8, email="ana@example.com"),
    town.person(9, roles=["admin"]),
    town.person(0),
    town.person(10, cpf=town.cpf(1)),  # of line 2, who is not in
]
TOLD = [
    (2, "cpf", "That is not a valid CPF."),
    (3, "email", "Line 1 has the same email."),
    (4, "cpf", "Line 1 has the same cpf."),
    (5, "username", "Line 1 has the same username."),
    (6, "phone", "Line 1 has the same phone."),
    (8, "password_hash", "This is neither a bcrypt nor an argon2id or argon2i hash."),
    (9, "email", "Another person has this email."),
    (10, "roles", "Administrators are brought in with --allow-admin alone."),
    (11, "line", "Line 1 says the same."),
]


@abuse("C-09")
def test_bad_lines_are_told_and_the_others_come_in_a_dry_run_says_the_same(
    create_house, bring, auth_app, tmp_path
):
    auth_app.config["CPF_VALIDATION"] = "strict"
    with auth_app.app_context():
        persons.open_account()
    before, report = rows(auth_app), tmp_path / "bad.jsonl"

    dry = bring(town.lines(BAD), "--dry-run", "--report", str(report))
    dry_report = report.read_text()
    after_dry = rows(auth_app)
    done = bring(town.lines(BAD), "--report", str(report))
    again = bring(town.lines(BAD))

    found = [json.loads(line) for line in report.read_text().splitlines()]
    assert [tuple(row.values()) for row in found] == TOLD
    assert dry_report == report.read_text()
    assert after_dry == before
    assert dry.exit_code == done.exit_code == again.exit_code == 1
    assert counts(dry) == counts(done) == (3, 0, 9)
    assert counts(again) == (0, 3, 9)
    assert not re.search(r"senha-em-claro|1111|pessoa0", done.output + dry_report, re.IGNORECASE)


def test_administrators_come_in_when_that_is_said(auth_app, bring):
    said = town.lines([town.person(9, roles=["admin"])])

    assert bring(said).exit_code == 1
    assert bring(said, "--allow-admin").exit_code == 0


@pytest.mark.parametrize("report", [[], ["--report", "{}"]])
def test_an_unusable_file_writes_nothing_and_exits_2(auth_app, bring, tmp_path, report):
    before = rows(auth_app)
    report = [part.format(tmp_path / "people.jsonl") for part in report]

    done = bring(town.lines([town.person(1)]) + ("" if report else '{"shoe_size": 1}'), *report)

    assert done.exit_code == 2
    assert rows(auth_app) == before


def test_the_screen_shows_the_first_bad_lines_and_counts_the_rest(auth_app, tmp_path):
    file = tmp_path / "people.jsonl"
    file.write_text(town.lines(town.person(number, cpf="1") for number in range(30)))

    done = auth_app.test_cli_runner().invoke(args=["people", "import", str(file), "--dry-run"])

    *shown, rest, total = done.stdout.splitlines()
    assert done.exit_code == 1
    assert len(shown) == command.SHOWN
    assert shown[0] == "line 1: cpf: That is not a valid CPF."
    assert rest == "… and 40 more; --report FILE has them all."  # the institution is unknown, too
    assert total.startswith("Of 30 lines 0 would come in, 0 were in already, 30 are bad")


def lines_of(numbers):
    return [Line(number, town.person(number)) for number in numbers]


ALLOWED = Allowed(frozenset(roles.CATALOGUE), frozenset({"default"}))


def ready():
    with kept(db):
        roles.ensure()
        members.ensure("default")


def test_imports_of_one_file_at_once_bring_everybody_in_once(auth_app):
    with auth_app.app_context():
        ready()
    orders = [range(120), range(119, -1, -1), range(120), range(60, 180)]

    outcomes = stage.all_at_once(
        auth_app, lambda n: batch.bring(lines_of(orders[n]), ALLOWED, Seen()), len(orders)
    )

    assert sum(outcome.imported for outcome in outcomes) == 180
    assert [outcome.refused for outcome in outcomes] == [[]] * 4
    users, marked, given, joined, apps, _ = rows(auth_app)
    assert (users, marked, joined, apps) == (180, 180, 180, 18)
    assert given == 180 + 2


@pytest.mark.parametrize("what", people.UNIQUE)
def test_who_joins_meanwhile_is_told_as_a_bad_line_and_the_batch_comes_in(
    auth_context, monkeypatch, what
):
    ready()
    theirs = {
        "email": {"email": "pessoa2@banco.example"},
        "username": {"username": "pessoa-2"},
        "cpf": {"cpf": town.cpf(2)},
        "phone": {"phone": "+5511960000002", "verified": True},
    }[what]
    checked = people.taken

    def taken_and_then_somebody_joins(owns):
        found = checked(owns)
        if len(owns) > 1:
            db.session.rollback()
            persons.open_account(**theirs)
        return found

    monkeypatch.setattr(people, "taken", taken_and_then_somebody_joins)

    outcome = batch.bring(lines_of(range(5)), ALLOWED, Seen())

    assert (outcome.imported, outcome.already) == (4, 0)
    assert [(number, fault.field) for number, fault in outcome.refused] == [(2, what)]


def test_the_examples_of_the_document_come_in(auth_app, bring):
    text = (ROOT / "docs" / "import-people.md").read_text("utf-8")
    examples = re.findall(r"<!-- (people\.\w+) -->\n```\w+\n(.*?)```", text, re.DOTALL)

    assert [name for name, _ in examples] == ["people.jsonl", "people.csv"]
    auth_app.config["CPF_VALIDATION"] = "strict"
    for name, said in examples:
        done = bring(said, name=name)
        assert (done.exit_code, counts(done)) == (0, (2, 0, 0)), done.output
