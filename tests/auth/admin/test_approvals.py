"""The pages of what waits for a second pair of eyes, and the same by command."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.clients import registry
from app.auth.database import db
from app.auth.factors.models import TotpSecret
from app.auth.flows.four_eyes import asking
from app.auth.institutions import directory, members
from app.auth.recoveries import waiting as waiting_of
from app.auth.staff import grants, holding, pending
from app.auth.staff.reach import EVERYWHERE
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage
from tests.auth.admin.conftest import CALLBACK, PASSWORD
from tests.support.marks import abuse, asvs, mission

APPROVALS = "/admin/approvals"
MONEY = ["openid", "payments:write"]


@pytest.fixture
def database_kind():
    """The pages add no question of their own to the rooms'."""
    return "sqlite"


@pytest.fixture
def auth_app(create_house):
    """A house that wants four eyes."""
    return create_house("auth", FOUR_EYES="on")


@pytest.fixture
def run(app):
    """Run a command line; return what it printed as JSON, or the line it failed with."""

    def invoke(*arguments, given=None):
        command = [*arguments, "--json"]
        done = app.test_cli_runner().invoke(args=command, input=given and json.dumps(given))
        if done.exit_code:
            return done.stderr.splitlines()[-1].removeprefix("Error: ")
        return json.loads(done.stdout)

    return invoke


def waiting(app):
    """The ids of what waits, newest first."""
    with app.app_context():
        return [act.id for act in pending.look(EVERYWHERE).rows]


def approve(browser, act_id):
    """Approve by the page."""
    page = browser.open(f"{APPROVALS}/{act_id}")
    return browser.submit(page, "act-approve-form")


@asvs("2.3.5")
@mission("S84")
@abuse("G-07")
def test_an_app_that_moves_money_is_registered_by_two(app, olga, office, stored, recorded, sub_of):
    asked = olga.filled(client_name="Pagador", scope=MONEY)
    assert (asked.status, asked.address) == (200, "/admin/clients?done=asked")
    [act_id] = waiting(app)
    own = olga.open(f"{APPROVALS}/{act_id}")
    assert "act-approve" not in own.elements
    assert olga.post(f"{APPROVALS}/{act_id}/approve").status_code == 403

    otto = office("otto")
    page = otto.open(f"{APPROVALS}/{act_id}")
    assert "payments:write" in page.text
    assert CALLBACK in page.text
    assert otto.submit(page, "act-approve-form").address == f"{APPROVALS}?done=approved"
    assert otto.submit(page, "act-approve-form").status == 409

    client_id = page.html.partition('id="act-about">')[2].partition("<")[0]
    assert stored(client_id).described["scope"].split() == MONEY
    assert recorded(client_id)[-1] == (events.CLIENT_REGISTERED, sub_of("olga"))


@abuse("G-07")
def test_whoever_has_a_new_secret_of_it_waits_for_a_second_person(app, olga, office, run):
    given = {"redirect_uris": [CALLBACK], "scope": " ".join(MONEY)}
    client_id = _registered(run, olga, given)
    page = olga.open(f"/admin/clients/{client_id}/rotate-secret")

    shown = olga.submit(page, "client-rotate-form")

    assert shown.name[0] == "admin-client-secret"
    secret = shown.html.partition('id="client-secret"')[2].partition(">")[2].partition("<")[0]
    assert not _is_good(app, client_id, secret)
    again = olga.submit(page, "client-rotate-form")
    assert (again.status, "aguarda a aprovação" in again.text) == (409, True)
    [act_id] = waiting(app)
    assert secret not in office("otto").open(f"{APPROVALS}/{act_id}").html
    late = run("clients", "rotate-secret", client_id)
    assert approve(office("otto"), act_id).status == 200
    assert _is_good(app, client_id, secret)
    assert approve(office("otto"), late["waits"]).status == 409
    assert not _is_good(app, client_id, late["client_secret"])


def _registered(run, olga, given):
    asked = run("clients", "register", given=given)
    approve(olga, asked["waits"])
    return asked["about"]


def _is_good(app, client_id, secret):
    with app.app_context():
        return registry.find(client_id).check_client_secret(secret)


def test_an_app_that_moves_no_money_is_registered_by_one(app, olga):
    assert olga.filled(scope=["openid", "wallet:read"]).name[0] == "admin-client-secret"
    assert waiting(app) == []


def test_a_change_of_what_was_changed_meanwhile_is_told(
    app, olga, office, register, marked, stored
):
    register("loja")
    asked = olga.filled("/admin/clients/loja/edit", scope=MONEY)
    assert asked.address == "/admin/clients?done=asked"
    [act_id] = waiting(app)
    olga.filled("/admin/clients/loja/edit", client_name="Lojinha")

    otto = office("otto")
    assert approve(otto, act_id).status == 409
    assert olga.submit(olga.open(f"{APPROVALS}/{act_id}"), "act-refuse-form").status == 200
    assert stored("loja").described["client_name"] == "Lojinha"
    assert "payments:write" not in stored("loja").described["scope"]


def test_a_role_waits_and_approving_asks_for_a_fresh_sign_in(app, olga, office, held_clock, sub_of):
    giving = olga.open("/admin/roles/support/give")
    assert olga.submit(giving, "role-give-form", who="ana@exemplo.com.br").address.endswith("asked")
    [act_id] = waiting(app)
    otto = office("otto")
    page = otto.open(f"{APPROVALS}/{act_id}")
    assert "Ana Prado" in page.text
    assert "a•••@exemplo.com.br" in page.text
    assert f"/admin/users/{sub_of('ana')}" in page.links
    held_clock.shift(timedelta(minutes=16))

    late = otto.submit(page, "act-approve-form")
    assert late.name[0] == "login"
    with app.app_context():
        assert holding.here(lookup.by_email("ana@exemplo.com.br").id) == {"user"}
    back = otto.sign_in(late, "otto@exemplo.com.br", PASSWORD)
    assert (back.status, back.address) == (200, f"{APPROVALS}/{act_id}")
    assert approve(otto, act_id).status == 200
    with app.app_context():
        assert "support" in holding.here(lookup.by_email("ana@exemplo.com.br").id)


@abuse("G-07")
def test_what_the_command_asks_a_person_approves_and_the_other_way(app, run, olga, sub_of):
    with app.app_context():
        stage.make_keys()
    [key] = [k for k in keys(run) if (k["alg"], k["state"]) == ("RS256", "next")]
    [waits] = run("keys", "retire", key["kid"])
    assert run("approvals", "approve", waits["waits"]).startswith("Whoever asked for it")
    assert key["kid"] in {each["kid"] for each in keys(run)}
    assert run("approvals", "show", waits["waits"])["changes"]["state"]["after"] == "gone"
    assert approve(olga, waits["waits"]).status == 200
    assert states(run, key["kid"]) in ([], ["gone"])

    olga.submit(olga.open("/admin/roles/support/give"), "role-give-form", who="ana@exemplo.com.br")
    [act] = run("approvals", "list")
    assert (act["about"], act["asked_by"]) == (sub_of("ana"), sub_of("olga"))
    assert run("approvals", "approve", act["id"])[0]["state"] == "approved"
    [grant] = run("roles", "grant", "ana@exemplo.com.br", "admin")
    assert run("approvals", "refuse", grant["waits"])[0]["state"] == "refused"
    told = ("--email", "eva@exemplo.com.br", "--password", "corredor azul 43", "--role", "admin")
    made = run("people", "create", *told)
    assert len(made["waiting"]) == 1


def test_a_secret_never_waits(app, run):
    given = {"redirect_uris": [CALLBACK], "scope": "openid payments:write"}
    refusal = run("clients", "register", "--client-secret", "s" * 40, given=given)
    asked = run("clients", "register", given=given)

    assert refusal.startswith("Leave the secret out")
    assert asked["kind"] == "client_payment_scopes"


@abuse("G-07")
def test_another_institutions_acts_are_nowhere(app, olga, office, sub_of):
    with app.app_context(), kept(db):
        for code in ("aurora", "boreal"):
            directory.create(code, code.title())
        sol, ana = (lookup.by_email(f"{name}@exemplo.com.br") for name in ("sol", "ana"))
        for person in (sol, ana):
            members.admit(person, "aurora")
        members.admit(ana, "boreal")
        grants.give(sol, "admin", code="aurora")
        ids = [
            asking.give_role(ana, "support", code=code, by=sub_of("olga")).act.id
            for code in ("aurora", "boreal", None)
        ]

    browser = office("sol")
    assert "Aurora" in browser.open(APPROVALS).text
    assert "Boreal" not in browser.open(f"{APPROVALS}?state=all").text
    whole = browser.client.get(f"{APPROVALS}?format=json&state=all", headers=browser.headers)
    assert [row["id"] for row in json.loads(whole.text)] == ids[:1]
    for act_id in (*ids[1:], "nothing"):
        assert browser.open(f"{APPROVALS}/{act_id}").status == 404
        for verb in ("approve", "refuse"):
            assert browser.post(f"{APPROVALS}/{act_id}/{verb}").status_code == 404
    assert approve(browser, ids[0]).status == 200


def keys(run):
    """The signing keys, made if there are none."""
    return run("keys", "list")


def states(run, kid):
    """How a key stands, if it is told."""
    return [each["state"] for each in keys(run) if each["kid"] == kid]


@abuse("G-07")
def test_a_key_is_withdrawn_by_two_from_its_page_too(app, olga, office, run, recorded, sub_of):
    with app.app_context():
        stage.make_keys()
    [key] = [k for k in keys(run) if (k["alg"], k["state"]) == ("RS256", "next")]

    asked = olga.submit(olga.open(f"/admin/keys/{key['kid']}/retire"), "admin-key-retire-form")
    before = {each["kid"]: each["state"] for each in keys(run)}
    done = approve(office("otto"), *waiting(app))

    assert "Falta a aprovação" in asked.text
    after = {each["kid"]: each["state"] for each in keys(run)}
    assert (before[key["kid"]], after.get(key["kid"], "gone")) == ("next", "gone")
    assert done.status == 200


def test_a_factor_is_taken_away_by_two(app, olga, office, run, sub_of):
    ana = sub_of("ana")
    with app.app_context(), kept(db):
        secret = {"secret_sealed": b"x", "enabled_at": clock.now()}
        user_id = lookup.by_sub(ana).id
        db.session.execute(insert(TotpSecret), secret | {"user_id": user_id})

    page = olga.submit(olga.open(f"/admin/users/{ana}/reset-factor"), "reset-form")
    with app.app_context():
        before = waiting_of.live(lookup.by_sub(ana).id)
    approve(office("otto"), *waiting(app))

    assert "Falta a aprovação" in page.text
    assert before is None
    with app.app_context():
        assert waiting_of.live(lookup.by_sub(ana).id).asked_by == sub_of("olga")


@abuse("G-07")
def test_a_member_is_released_by_two(app, olga, office, run, sub_of):
    ana, known = sub_of("ana"), "ana@exemplo.com.br"
    with app.app_context(), kept(db):
        directory.create("aurora", "Aurora")
        members.admit(lookup.by_sub(ana), "aurora")
    page = olga.open(f"/admin/institutions/aurora/members/{ana}/release")

    asked = olga.submit(page, "institution-release-form")
    [told] = run("institutions", "release", "aurora", known)

    assert "Falta a aprovação" in asked.text
    assert told["kind"] == "member_release"
    act_id = next(each for each in waiting(app) if each != told["waits"])
    assert approve(office("otto"), act_id).status == 200
    with app.app_context():
        assert members.codes(lookup.by_sub(ana).id) == []
