"""A new sealing key: everything is sealed again under it, and the old one can be put away."""

import json
import threading

import pyotp
import pytest
from sqlalchemy import text

from app.auth.accounts import lookup, papers
from app.auth.database import Base, db
from app.auth.factors import recovery_codes, totp
from app.auth.flows.contacts import change_contact
from app.auth.flows.people import legal_hold
from app.auth.interactions import drafts, journey
from app.auth.keys import ring
from app.auth.notifications import letters, post, subscriptions
from app.auth.resealing import columns
from app.auth.retention import holds, person_keys
from app.auth.sessions import devices
from app.foundation import ids, sealing
from app.foundation.database import kept
from app.foundation.problems import Problem
from tests.auth import persons, stage
from tests.auth.flows.contacts.newcomers import join_as, prove, rita
from tests.support import pairs
from tests.support import sealing as turned
from tests.support.marks import mission
from tests.support.push_service import Browser

CPF, PHONE, NEW_PHONE = "52998224725", "+5511987654321", "+5511912345678"
AT = "203.0.113.9"


class World:
    """One database, served by houses whose sealing keys are of one stage or another."""

    def __init__(self, create_house):
        self._create = create_house
        self.url = None
        self.houses = {}

    def house(self, which):
        """Return the house at this stage."""
        if which not in self.houses:
            made = self._create("auth", url=self.url, SEALING_KEYS=turned.STAGES[which])
            self.url = made.config["AUTH_DATABASE_URL"]
            self.houses[which] = made
        return self.houses[which]

    def run(self, which, *words, status=0):
        """Give a command to the house at this stage."""
        done = self.house(which).test_cli_runner().invoke(args=[*words, "--json"])
        assert done.exit_code == status, done.output
        return json.loads(done.stdout)


@pytest.fixture
def world(create_house):
    """Nothing but the first sealing key."""
    with pairs.reused():
        made = World(create_house)
        made.house("old")
        yield made


def live(app):
    """Let something be in every sealed column; return what must be found again."""
    told = {"browser": ids.secret(), "subscription": None}
    with app.test_request_context("/"):
        with kept(db):
            stage.make_keys()
            user = persons.open_account(cpf=CPF, phone=PHONE, verified=True)
            told["totp"] = totp.begin(user).secret
            told["codes"] = recovery_codes.draw(user.id)
            device = devices.seen(user.id, told["browser"], "curl/8", AT)
            address = subscriptions.Address(**Browser("https://push.example/s/1").address)
            told["subscription"] = subscriptions.keep(user, device, address, "curl")
            post.mail("reset_code", "ana@example.com", code="123456", link="x", minutes=10)
            journeying = journey.begin("account", return_to="/{id}")
            drafts.keep(journeying, "join", {"name": "Ana"})
        with kept(db):
            legal_hold.place(user.sub, "Ofício 1")
            told["evidence"] = person_keys.seal(user.sub, b"deed", "approvals/1/told_sealed")
        with kept(db):
            change_contact.ask(user.id, "phone", NEW_PHONE, AT)
        told["id"], told["sub"], told["address"] = user.id, user.sub, address
        told["signed"] = ring.sign({"n": 1}, alg="ES256", typ="JWT")
    return told


def envelopes(app):
    """Return the names of the keys in each sealed column."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            one.name: {
                sealing.under(bytes(value))
                for (value,) in connection.execute(
                    text(f"SELECT {one.column.name} FROM {one.table.name}")
                )
                if value
            }
            for one in columns.COLUMNS
        }


@mission("S118")
def test_everything_is_found_and_read_after_the_old_sealing_key_has_gone(world):
    told = live(world.house("old"))
    holds = envelopes(world.house("old"))
    assert holds.pop("index_keys.key_sealed") == set()
    assert set(map(frozenset, holds.values())) == {frozenset({"k1"})}, holds
    [old] = [one for one in world.run("both", "sealing", "status") if one["key"] == "k1"]
    assert (old["may_go"], old["holds"]["users.cpf_sealed"]) == (False, 1)

    done = world.run("both", "sealing", "rotate")

    assert {one["stuck"] for one in done["columns"]} == {0}
    assert set(map(frozenset, envelopes(world.house("both")).values())) == {frozenset({"k2"})}
    keys = {one["key"]: one for one in done["keys"]}
    assert keys["k1"]["holds"] == {"journeys under way": 1}
    with world.house("both").app_context(), kept(db):
        db.session.execute(text("DELETE FROM interactions"))
    keys = {one["key"]: one for one in world.run("both", "sealing", "status")}
    assert (keys["k1"]["may_go"], keys["k1"]["holds"]) == (True, {})
    assert (keys["k2"]["first"], keys["k2"]["may_go"]) == (True, False)
    _all_is_there(world.house("new"), told)
    assert world.run("new", "audit", "verify")["whole"]
    again = world.run("new", "sealing", "rotate")
    assert sum(one["sealed"] + one["stuck"] for one in again["columns"]) == 0


def _all_is_there(app, told):
    with app.test_request_context("/"):
        assert lookup.by_cpf(CPF).id == lookup.by_proved_phone(PHONE).id == told["id"]
        user = lookup.by_id(told["id"])
        assert (papers.read(user, "cpf"), papers.read(user, "phone")) == (CPF, PHONE)
        assert change_contact.waiting(user.id, "phone") == NEW_PHONE
        db.session.rollback()
        with kept(db):
            assert totp.enable(user.id, pyotp.TOTP(told["totp"]).now())
        assert subscriptions.address(told["subscription"])[0] == told["address"].endpoint
        assert devices.of_browser(user.id, told["browser"]) is not None
        assert devices.knows_network(user.id, AT)
        db.session.rollback()
        assert recovery_codes.verify(user.id, told["codes"][0])
        assert not recovery_codes.verify(user.id, told["codes"][0])
        for row in db.session.execute(text("SELECT id, content_sealed FROM outbox_messages")):
            letters.open(row.id, bytes(row.content_sealed))
        assert ring.verify(told["signed"], typ="JWT") == {"n": 1}
        assert ring.sign({}, alg="RS256", typ="JWT")
        assert [reason for _, reason in holds.listed()] == ["Ofício 1"]
        opened = person_keys.open_(told["sub"], told["evidence"], "approvals/1/told_sealed")
        assert opened == b"deed"


def test_a_new_person_has_one_cpf_though_it_was_written_under_the_old_key(world):
    live(world.house("old"))
    world.run("both", "sealing", "rotate")

    with world.house("new").app_context():
        assert persons.found("ana@example.com")
        with pytest.raises(Problem):
            persons.open_account("bia@example.com", cpf=CPF, verified=True)


@mission("S118", "C12")
def test_who_has_not_proved_the_address_is_found_by_no_cpf_after_the_turn(world):
    live(world.house("old"))
    with world.house("old").app_context():
        own, taken = join_as(), join_as(rita(email="eva@exemplo.com.br", cpf=CPF))

    done = world.run("both", "sealing", "rotate")

    assert {one["stuck"] for one in done["columns"]} == {0}
    with world.house("new").test_request_context("/"):
        assert lookup.by_cpf(CPF).email == "ana@example.com"
        joiners = [lookup.by_id(each.user_id) for each in (own, taken)]
        assert [user.cpf_index for user in joiners] == [None, None]
        prove(own.user_id)
        assert lookup.by_cpf(papers.read(joiners[0], "cpf")).id == own.user_id


def test_stopped_it_goes_on_and_traffic_beside_it_keeps_what_it_wrote(world, monkeypatch):
    with world.house("old").app_context():
        with kept(db):
            stage.make_keys()
        for number in range(30):
            persons.open_account(f"p{number}@example.com", phone=f"+55119876543{number:02d}")
    over, wrong = threading.Event(), []

    def change(which):
        app, turn = world.house(which), 0
        with app.app_context():
            while not over.is_set():
                turn += 1
                number = f"+551191{turn % 10_000_000:07d}"
                for person in range(0, 30, 7):
                    with kept(db):
                        user = lookup.by_email(f"p{person}@example.com")
                        papers.keep(user, "phone", number)
                    db.session.rollback()
                    db.session.expire_all()
                    read = papers.read(lookup.by_email(f"p{person}@example.com"), "phone")
                    if which == "both" and read is None:
                        wrong.append(read)

    world.house("both")
    thread = threading.Thread(target=change, args=("both",))
    thread.start()
    monkeypatch.setattr("app.foundation.resealing.BATCH", 4)
    try:
        for _ in range(3):
            world.run("both", "sealing", "rotate")
    finally:
        over.set()
        thread.join()

    assert not wrong
    assert envelopes(world.house("both"))["users.phone_sealed"] == {"k2"}
    with world.house("new").app_context():
        for number in range(30):
            user = lookup.by_email(f"p{number}@example.com")
            assert user.phone_index == papers.indexes("phone", papers.read(user, "phone"))[0]


def test_what_no_key_opens_is_counted_and_left(world):
    live(world.house("old"))
    with world.house("old").app_context(), kept(db):
        db.session.execute(text("UPDATE totp_secrets SET secret_sealed = :odd"),
                           {"odd": b"\x02k1" + bytes(40)})  # fmt: skip

    done = world.run("both", "sealing", "rotate", status=1)

    stuck = {one["column"]: one["stuck"] for one in done["columns"] if one["stuck"]}
    assert stuck == {"totp_secrets.secret_sealed": 1}
    [old] = [one for one in done["keys"] if one["key"] == "k1"]
    assert (old["may_go"], old["holds"]["totp_secrets.secret_sealed"]) == (False, 1)


def test_a_key_put_away_too_early_is_named(world):
    live(world.house("old"))

    told = {one["key"]: one for one in world.run("new", "sealing", "status")}

    assert told["k1"]["in_ring"] is False
    assert told["k1"]["holds"]["users.cpf_sealed"] == 1


def test_every_sealed_column_is_in_the_catalogue():
    known = {one.name for one in columns.COLUMNS} | set(columns.ELSEWHERE)

    assert turned.sealed_columns(Base.metadata) == known


def test_every_purpose_of_a_derived_key_is_in_the_catalogue():
    found, odd = turned.purposes("auth", "foundation/csrf.py")

    assert odd == {
        "auth/accounts/papers.py: f'{kind}_index'",
        "auth/sessions/devices.py: purpose",
    }
    assert found | {"cpf_index", "phone_index", "devices", "networks"} == set(columns.PURPOSES)
