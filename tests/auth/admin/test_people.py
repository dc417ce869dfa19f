"""People in the back office: found, seen masked, kept safe; nobody beyond reach."""

import json

import pytest
from sqlalchemy import insert, select

from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.consents import approval
from app.auth.database import db
from app.auth.institutions import directory as places
from app.auth.institutions import members
from app.auth.staff.models import InstitutionRole
from app.foundation.database import kept
from tests.auth import outbox
from tests.support.marks import abuse, asvs, mission

CPF, NUMBER, ANA = "52998224725", "+5511987654321", "ana@exemplo.com.br"


@pytest.fixture
def ana(app, sub_of):
    """Ana, with papers and a proved address; her subject."""
    with app.app_context(), kept(db):
        user = lookup.by_email(ANA)
        papers.keep(user, "cpf", CPF)
        papers.keep(user, "phone", NUMBER)
        user.email_verified_at = user.phone_verified_at = user.created_at
    return sub_of("ana")


@pytest.fixture
def of(app, sub_of):
    """Give somebody an institution, and a role in it: ``of("bruno", "aurora", "admin")``."""

    def run(name, code, role=None):
        with app.app_context(), kept(db):
            user = lookup.by_email(f"{name}@exemplo.com.br")
            if code not in members.known_codes():
                places.create(code, code.title())
            members.join(user.id, code)
            if role:
                row = {"user_id": user.id, "role": role, "institution_id": places.get(code).id}
                db.session.execute(insert(InstitutionRole), row)

    return run


def status(app, sub):
    """Return the state of an account."""
    with app.app_context():
        return db.session.scalar(select(User.status).where(User.sub == sub))


@mission("S84", "S85")
def test_an_administrator_finds_somebody_and_sees_a_part_of_what_is_theirs(olga, ana, recorded):
    found = olga.open("/admin/users?q=529.982.247-25")
    page = olga.open(next(link for link in found.links if ana in link))

    assert page.name[0] == "admin-person"
    for shown in ("Ana Prado", "a•••@exemplo.com.br", "(11) •••••-4321", "•••.982.247-••"):
        assert shown in page.text
    for hidden in (CPF, "529.982.247-25", "98765", ANA):
        assert hidden not in page.html
    assert "Conta aberta" in page.text


def test_who_looked_is_in_the_record_once_an_hour(held_clock, olga, ana, recorded, sub_of):
    for _ in range(3):
        olga.open(f"/admin/users/{ana}")
    held_clock.shift(3601)
    olga.enter("olga")
    olga.open(f"/admin/users/{ana}")

    assert recorded(ana).count((events.PROFILE_SEEN, sub_of("olga"))) == 2


@mission("S81", "S82")
@asvs("7.4.5")
def test_the_day_of_an_administrator(app, olga, office, ana, recorded, sub_of):
    hers = office("ana")
    page = olga.open(f"/admin/users/{ana}")
    assert page.name[0] == "admin-person"

    for deed in ("sign-out", "require-password", "send-recovery", "lock", "unlock"):
        asked = olga.open(f"/admin/users/{ana}/{deed}")
        assert "flask --app wsgi:auth people" in asked.text
        after = olga.submit(asked, f"person-{deed}-form")
        assert (after.name[0], after.status) == ("admin-person", 200)
        assert after.elements["form-status"]

    assert hers.open("/account").name[0] == "login"
    done = [event for event, actor in recorded(ana) if actor == sub_of("olga")]
    assert done == [
        events.PROFILE_SEEN,
        events.ACCOUNT_SIGNED_OUT,
        events.PASSWORD_REQUIRED,
        events.RECOVERY_ASKED,
        events.ACCOUNT_LOCKED,
        events.ACCOUNT_UNLOCKED,
    ]
    with app.app_context():
        assert {"reset_code", "account_locked"} <= set(outbox.names(ANA))


def test_one_session_is_ended_from_its_line(olga, office, ana):
    hers, other = office("ana"), office("ana")
    page = olga.open(f"/admin/users/{ana}")
    sid = page.html.partition('name="sid" value="')[2].partition('"')[0]

    answer = olga.post(f"/admin/users/{ana}/sessions/end", sid=sid)

    assert answer.status_code == 303
    ended = [each.open("/account").name[0] == "login" for each in (hers, other)]
    assert sorted(ended) == [False, True]
    assert olga.post(f"/admin/users/{ana}/sessions/end", sid="ses_x").status_code == 404


def test_a_factor_is_asked_to_be_removed_and_that_is_stopped(app, olga, ana):
    refused = olga.submit(
        olga.open(f"/admin/users/{ana}/reset-factor"), "reset-form", factor="totp"
    )

    assert refused.status == 409
    assert "Nada mudou" in refused.text


def test_who_is_locked_is_told_so_only_by_the_right_password(olga, office, ana):
    olga.submit(olga.open(f"/admin/users/{ana}/lock"), "person-lock-form")
    browser = office(None)

    right = browser.sign_in(browser.open("/account"), ANA, "corredor azul 42")
    wrong = office(None)
    wrong = wrong.sign_in(wrong.open("/account"), ANA, "outra senha qualquer")

    assert "está bloqueada" in right.text
    assert "não conferem" in wrong.text
    assert "bloqueada" not in wrong.text


@abuse("G-07")
def test_nobody_locks_themselves_or_who_may_do_more(app, olga, office, of, sub_of):
    of("ana", "aurora", "admin")
    of("olga", "aurora")
    aurora = office("ana")

    above = aurora.submit(aurora.open(f"/admin/users/{sub_of('olga')}/lock"), "person-lock-form")
    own = olga.submit(olga.open(f"/admin/users/{sub_of('olga')}/lock"), "person-lock-form")

    assert (above.status, own.status) == (403, 403)
    assert "permissões que você não tem" in above.text
    assert status(app, sub_of("olga")) == "active"


@abuse("G-07", "F-01")
@asvs("8.4.1")
def test_an_institutions_staff_sees_nobody_of_another(app, office, of, sub_of):
    of("ana", "aurora", "admin")
    of("otto", "boreal")
    of("sol", "aurora")
    aurora = office("ana")
    otto = sub_of("otto")

    for query in ("", f"?q={otto}", "?q=otto", "?institution=boreal", "?format=csv", "?role=admin"):
        page = aurora.client.get(f"/admin/users{query}", headers=aurora.headers)
        assert "Otto" not in page.get_data(as_text=True), query
    for path in ("", "/lock", "/reset-factor", "/apps/loja/end"):
        assert aurora.open(f"/admin/users/{otto}{path}").status == 404, path
    for path in ("/lock", "/unlock", "/sessions/end", "/reset-factor", "/reset-factor/stop"):
        assert aurora.post(f"/admin/users/{otto}{path}").status_code == 404, path
    assert aurora.open(f"/admin/users/{sub_of('sol')}").status == 200
    assert status(app, otto) == "active"


@mission("S84")
def test_support_finds_who_is_named_and_no_list(office, ana, sub_of):
    browser = office("sol")

    assert "Olga" not in browser.open("/admin/users").text
    for nobody in ("q=", "q=an", "q=%25", "state=active", "role=admin", "joined=year"):
        assert browser.open(f"/admin/users?{nobody}").text.count("@exemplo") == 0, nobody
    assert "Ana Prado" in browser.open("/admin/users?q=ana").text
    assert "a•••@" in browser.open("/admin/users?q=ana").text
    assert browser.client.get("/admin/users?q=ana&format=csv").mimetype == "text/html"
    for path in ("lock", "unlock", "sign-out", "require-password", "send-recovery", "reset-factor"):
        assert browser.open(f"/admin/users/{ana}/{path}").status == 403


@mission("S84", "S85")
@abuse("G-07")
def test_who_answers_for_one_institution_and_supports_all_is_support_elsewhere(
    app, office, of, sub_of
):
    of("sol", "aurora", "admin")
    of("ana", "aurora")
    of("otto", "boreal")
    browser, ana, otto = office("sol"), sub_of("ana"), sub_of("otto")

    for query in ("", "?state=active", "?institution=boreal", "?q=otto&state=active"):
        assert "Otto" not in browser.open(f"/admin/users{query}").text, query
    assert "Ana Prado" in browser.open("/admin/users?state=active").text
    assert "Otto Prado" in browser.open("/admin/users?q=otto").text
    for query in ("", "&q=otto"):
        file = browser.client.get(f"/admin/users?format=csv{query}", headers=browser.headers)
        assert file.mimetype == "text/csv"
        assert "Otto" not in file.get_data(as_text=True)

    asked = browser.open(f"/admin/users/{otto}")
    assert asked.name[0] == "admin-person-why"
    theirs = browser.submit(asked, "why-form", reason=WHY)
    ours = browser.open(f"/admin/users/{ana}")
    assert (theirs.name[0], ours.name[0]) == ("admin-person", "admin-person")
    for deed in ("lock", "sign-out", "reset-factor", "show/cpf", "show/email"):
        assert f"{otto}/{deed}" not in theirs.html, deed
    for deed in ("lock", "send-recovery", "show/email"):
        assert f"{ana}/{deed}" in ours.html, deed


def test_the_whole_list_comes_as_a_masked_file_and_that_is_recorded(app, olga, ana, sub_of):
    page = olga.client.get("/admin/users?format=json&order=name", headers=olga.headers)

    told = page.get_json()
    assert [row["name"] for row in told] == ["Ana Prado", "Olga Prado", "Otto Prado", "Sol Prado"]
    assert told[0]["cpf"] == "•••.982.247-••"
    assert ANA not in page.get_data(as_text=True)
    with app.app_context():
        assert db.session.execute(
            db.text("SELECT actor FROM audit_records WHERE event = 'people:list:exported'")
        ).scalars().all() == [sub_of("olga")]


@abuse("B-05")
@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ff", "page=" + "9" * 500, "role=%3Cb%3E", "q=" + "9" * 300]
)
def test_odd_questions_are_answered(olga, query):
    assert olga.open(f"/admin/users?{query}").status in {200, 400}
    assert olga.open(f"/admin/users/{query}").status in {400, 404}


def test_what_an_app_may_do_is_taken_back_for_a_person(app, olga, ana, register, recorded, sub_of):
    register()
    with app.app_context(), kept(db):
        approval.give(lookup.by_sub(ana).id, ana, "loja", ["openid"])

    after = olga.submit(olga.open(f"/admin/users/{ana}/apps/loja/end"), "person-app-form")

    assert after.name[0] == "admin-person"
    assert (events.CONSENT_WITHDRAWN, sub_of("olga")) in recorded(ana)


WHY = "atendimento CH-2026-000123"


@mission("S84")
def test_support_says_why_before_a_page_opens_and_for_a_quarter_of_an_hour(
    held_clock, app, office, ana, recorded, sub_of
):
    browser = office("sol")

    asked = browser.open(f"/admin/users/{ana}")
    assert asked.name[0] == "admin-person-why"
    assert "•••.982.247-••" not in asked.text
    page = browser.submit(asked, "why-form", reason=WHY)
    assert page.name[0] == "admin-person"
    assert "•••.982.247-••" in page.text
    assert browser.open(f"/admin/users/{ana}/show/cpf").status == 403
    assert "Remover" not in page.text
    browser.open(f"/admin/users/{ana}")
    other = browser.open(f"/admin/users/{sub_of('otto')}")
    held_clock.shift(901)
    later = browser.open(f"/admin/users/{ana}")

    assert (other.name[0], later.name[0]) == ("admin-person-why", "admin-person-why")
    mine = [event for event, actor in recorded(ana) if actor == sub_of("sol")]
    assert mine == [events.PROFILE_OPENED, events.PROFILE_SEEN, events.PROFILE_SEEN]
    assert why(app, events.PROFILE_OPENED) == {"why": WHY}


@mission("S84")
def test_one_thing_is_shown_in_clear_for_a_reason(app, olga, ana, recorded, sub_of):
    asked = olga.open(f"/admin/users/{ana}/show/cpf")
    page = olga.submit(asked, "why-form", reason=WHY)

    assert page.elements["clear-value"]
    assert CPF in page.text
    assert ANA not in page.html
    assert recorded(ana)[-1] == (events.FIELD_SHOWN, sub_of("olga"))
    assert why(app, events.FIELD_SHOWN) == {"why": WHY, "field": "cpf"}
    assert olga.open(f"/admin/users/{ana}/show/password_hash").status == 404


@abuse("G-05")
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Falta o motivo"),
        ("  x ", "Falta o motivo"),
        ("a" * 201, "Falta o motivo"),
        ("ligou de (11) 98765-4321", "Dados da pessoa"),
        ("CPF 529.982.247-25", "Dados da pessoa"),
        ("52998224725", "Dados da pessoa"),
        ("ana@exemplo.com.br pediu", "Dados da pessoa"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_reason_is_given_and_names_nobody(office, ana, recorded, reason, said):
    browser = office("sol")
    before = recorded(ana)

    page = browser.submit(browser.open(f"/admin/users/{ana}/why"), "why-form", reason=reason)

    assert (page.status, page.name[0]) == (422, "admin-person-why")
    assert said in page.text
    assert recorded(ana) == before


def why(app, event):
    """Return what the record says beside an event."""
    with app.app_context():
        mine = select(AuditRecord.data).where(AuditRecord.event == event)
        return json.loads(db.session.scalar(mine.order_by(AuditRecord.seq.desc())))


@mission("S84")
def test_support_asks_and_the_person_allows_and_ends_it(app, office, ana, recorded, sub_of):
    browser, hers = office("sol"), office("ana")
    browser.submit(browser.open(f"/admin/users/{ana}/why"), "why-form", reason=WHY)
    address = f"/admin/users/{ana}/act-for"

    waiting = browser.submit(browser.open(address), "acting-form", reason=WHY, minutes="15")
    asked = hers.open(hers.open("/account").elements["see-support"]["href"])
    assert WHY in asked.text
    assert "Sol Prado" in asked.text
    assert "leave-handle" not in waiting.html
    allowed = hers.submit(asked, "support-allow-form")
    handle = browser.open(address)
    ended = hers.submit(allowed, "support-end-form")
    after = browser.open(address)

    assert 'id="leave-handle"' in handle.html
    assert "Ninguém vê mais sua conta" in ended.text
    assert after.forms["acting-form"]
    done = [each for each in recorded(ana) if ":support:" in each[0]]
    assert done == [
        (events.SUPPORT_ASKED, sub_of("sol")),
        (events.SUPPORT_ALLOWED, ana),
        (events.SUPPORT_ENDED, ana),
    ]
    with app.app_context():
        assert "support_asked" in outbox.names(ANA)
    activity = hers.open("/account/activity")
    assert "Você deixou o atendimento ver sua conta" in activity.text
    assert "Atendimento disse por que abriu seus dados" in activity.text


def test_a_person_who_does_not_want_it_says_so_and_that_is_all(office, ana, recorded, sub_of):
    browser, hers = office("sol"), office("ana")
    browser.submit(browser.open(f"/admin/users/{ana}/why"), "why-form", reason=WHY)
    browser.submit(
        browser.open(f"/admin/users/{ana}/act-for"), "acting-form", reason=WHY, minutes="60"
    )
    asked = hers.open("/account/support")

    refused = hers.submit(asked, "support-refuse-form")
    late = hers.submit(asked, "support-allow-form")

    assert "Não permitido" in refused.text
    assert (late.status, "já foi respondido" in late.text) == (410, True)
    assert recorded(ana)[-1] == (events.SUPPORT_REFUSED, ana)
