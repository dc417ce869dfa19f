"""Device codes in their rooms: what a device may fetch, once, and what a person decides of it."""

import random
import threading
from collections import Counter

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import User
from app.auth.audit.models import AuditRecord
from app.auth.clients import registry
from app.auth.clients.members import CODE, DEVICE, REFRESH
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.interactions import user_codes
from app.auth.interactions.request import AuthorizationRequest
from app.auth.tokens import device_codes, ending
from app.auth.tokens.models import DeviceCode, RefreshToken, RevokedToken, SessionClient
from app.foundation import clock, digests, sealing
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.tokens.device_reference import Reference
from tests.support.marks import abuse, rfc

BANK = "http://localhost:3000/bank"
CLIENTS = ("tv", "other", "plain")
PEOPLE = ("ana@example.com", "bia@example.com")
STEPS = 90


def register(name):
    """Register an app for devices, under its own name."""
    grants = [DEVICE] if name == "plain" else [CODE, DEVICE, REFRESH]
    return stage.app_named(name, grant_types=grants)


def journey_of(found, user_code="WDJBMJHT"):
    """Return the request of the journey of a device that was found."""
    return AuthorizationRequest(
        client_id=found.client_id,
        redirect_uri=None,
        redirect_uri_sent=False,
        scope=tuple(found.scope.split()),
        audience=found.audience,
        asked_at=clock.seconds(),
        device=found.device.hex(),
        user_code_sealed=user_codes.sealed(user_code, found.device.hex()),
    )


def poll(code, client_id):
    """Ask how ``code`` stands; keep what that wrote."""
    with kept(db):
        return device_codes.poll(code, client_id)


def redeem(code, client):
    """Redeem ``code``; keep what that wrote."""
    with kept(db):
        return device_codes.redeem(code, client)


def row_of(code):
    """The row of a device code, as it is now."""
    db.session.rollback()
    return db.session.get(DeviceCode, digests.of(code), populate_existing=True)


@pytest.fixture
def tv(held_clock, auth_context):
    """An app for devices; time stands still."""
    stage.make_keys()
    return register("tv")


@pytest.fixture
def ana(tv):
    """Ana, here with her browser."""
    return stage.come_in(persons.open_account(name="Ana Souza"))


@pytest.fixture
def asked(tv):
    """A device code and its user code."""
    return device_codes.ask("tv", ("openid", "wallet:read"), BANK)


@rfc("8628", "3.3")
def test_a_device_that_waits_is_found_by_the_code_it_shows(asked):
    code, user_code = asked

    found = user_codes.find(user_code)

    assert found.device == digests.of(code)
    assert (found.client_id, found.scope, found.audience) == ("tv", "openid wallet:read", BANK)
    assert user_codes.find("BBBBBBBB") is None


@rfc("8628", "3.4")
def test_what_was_approved_stands_for_what_the_device_asked_and_who_was_here(asked, ana, tv):
    code, user_code = asked
    assert user_codes.approve(journey_of(user_codes.find(user_code)), ana)
    assert poll(code, "tv") == "approved"

    grant, value = redeem(code, tv)

    assert (grant.user_id, grant.subject, grant.session_id) == (
        ana.user_id,
        ana.sub,
        ana.session_id,
    )
    assert (grant.scope, grant.audience) == ("openid wallet:read", BANK)
    assert (grant.nonce, grant.claims) == (None, None)
    assert (grant.auth_time, grant.acr, grant.amr) == (ana.auth_time, ana.acr, "pwd")
    [family] = db.session.scalars(select(RefreshToken)).all()
    assert (family.grant_id, family.offline) == (grant.grant_id, False)
    assert value.startswith(f"{family.id}.1.")


@rfc("8628", "5.1")
@pytest.mark.parametrize("decide", ["approve", "deny"])
def test_what_was_decided_is_found_no_more(asked, ana, decide):
    waiting = journey_of(user_codes.find(asked[1]))
    verbs = {"approve": lambda: user_codes.approve(waiting, ana)}
    verbs["deny"] = lambda: user_codes.deny(waiting, ana.sub)

    assert verbs[decide]()

    assert user_codes.find(asked[1]) is None
    assert not verbs["approve"]()
    assert not verbs["deny"]()
    assert row_of(asked[0]).state == {"approve": "approved", "deny": "denied"}[decide]


@rfc("OIDC Back-Channel Logout", "2.1")
def test_an_app_that_hears_of_logout_takes_part_in_the_session_that_approved_its_device(asked, ana):
    heard = {"grant_types": [DEVICE], "backchannel_logout_uri": "https://radio.example/out"}
    stage.app_named("radio", **heard)
    _, shown = device_codes.ask("radio", ("openid",), BANK)

    assert user_codes.approve(journey_of(user_codes.find(shown)), ana)
    assert user_codes.approve(journey_of(user_codes.find(asked[1])), ana)

    [told] = db.session.scalars(select(SessionClient)).all()
    assert (told.client_id, told.session_id, told.subject) == ("radio", ana.session_id, ana.sub)


def test_nothing_is_decided_after_its_time(held_clock, asked, ana):
    waiting = journey_of(user_codes.find(asked[1]))
    held_clock.shift(600)

    assert not user_codes.approve(waiting, ana)
    assert not user_codes.deny(waiting, ana.sub)
    assert user_codes.find(asked[1]) is None
    assert poll(asked[0], "tv") == "expired"


def test_the_code_a_journey_shows_is_sealed_for_its_device(asked):
    found = user_codes.find(asked[1])
    waiting = journey_of(found, asked[1])

    assert user_codes.of(waiting) == asked[1]
    assert asked[1] not in waiting.as_json()
    other = AuthorizationRequest.from_json(waiting.as_json().replace(waiting.device, "00" * 32))
    with pytest.raises(sealing.CannotOpen):
        user_codes.of(other)
    assert user_codes.of(stage.asking()) is None


def test_another_sealing_key_finds_no_code_of_before(asked, create_house):
    keys = "new:" + sealing.new_key() + ",test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    url = db.session.get_bind().url.render_as_string(hide_password=False)
    with create_house("auth", url, SEALING_KEYS=keys).app_context():
        assert user_codes.find(asked[1]) is None
    assert user_codes.find(asked[1])


def test_of_many_who_ask_with_the_same_code_drawn_each_gets_its_own(tv, auth_app, monkeypatch):
    mine, rest = threading.local(), iter(["BCDFGHJK", "LMNPQRST", "WXZBCDFG"])

    def draw():
        first, mine.drawn = not hasattr(mine, "drawn"), True
        return "WDJBMJHT" if first else next(rest)

    monkeypatch.setattr(device_codes.legible, "draw", draw)

    got = stage.all_at_once(auth_app, lambda _: device_codes.ask("tv", ("openid",), BANK), 3)

    assert {user_code for _, user_code in got} == {"WDJBMJHT", "BCDFGHJK", "LMNPQRST"}


@rfc("8628", "3.5")
def test_of_many_polls_at_once_one_is_in_time(tv, asked, auth_app):
    got = stage.all_at_once(auth_app, lambda _: poll(asked[0], "tv"), 12)

    assert Counter(got) == {"pending": 1, "too_soon": 11}
    assert row_of(asked[0]).wait_seconds == 5 + 11 * device_codes.SLIP_SECONDS


@abuse("T-02")
def test_of_many_who_redeem_at_once_one_wins_and_its_grant_ends(tv, asked, ana, auth_app):
    code, user_code = asked
    user_codes.approve(journey_of(user_codes.find(user_code)), ana)

    def collect(_):
        client = registry.find("tv")
        poll(code, "tv")
        return redeem(code, client)

    got = stage.all_at_once(auth_app, collect, 12)

    [(grant, _value)] = [answer for answer in got if answer is not None]
    db.session.rollback()
    [family] = db.session.scalars(select(RefreshToken)).all()
    assert family.ended_at
    assert db.session.get(RevokedToken, f"grant:{grant.grant_id}")
    told = Counter(db.session.scalars(select(AuditRecord.event)))
    assert told["grant:tokens:issued"] == 1
    assert told["grant:code:replayed"] == 11


def test_of_many_who_decide_at_once_one_does(tv, asked, ana, auth_app):
    waiting = journey_of(user_codes.find(asked[1]))

    def decide(number):
        return user_codes.deny(waiting, ana.sub) if number % 2 else user_codes.approve(waiting, ana)

    assert stage.all_at_once(auth_app, decide, 12).count(True) == 1


class Hot:
    """The verbs of both rooms, as the reference's methods."""

    def ask(self, client_id, scope, audience):
        code, user_code = device_codes.ask(client_id, scope, audience)
        return code, user_codes.find(user_code)

    def approve(self, found, presence):
        return user_codes.approve(journey_of(found), presence)

    def deny(self, found, presence):
        return user_codes.deny(journey_of(found), presence.sub)

    def collect(self, code, client):
        with kept(db):
            stands = device_codes.poll(code, client.client_id)
            if stands not in {"approved", "redeemed"}:
                return stands
            got = device_codes.redeem(code, client)
            return got and (got[0].scope, got[1] is not None)


class Side:
    """One application with its own database, and what was asked for there, in order."""

    def __init__(self, app, verbs):
        self.app, self.verbs, self.asked = app, verbs, []
        with app.app_context():
            for name in CLIENTS:
                register(name)
            people = [persons.open_account(email) for email in PEOPLE]
            self.here = [stage.come_in(user) for user in (*people, people[0])]

    def do(self, deed, **chosen):
        """Do ``deed``; return what came of it in words that both sides share."""
        with self.app.app_context():
            return getattr(self, deed)(**chosen)

    def ask(self, client, scope):
        self.asked.append(self.verbs.ask(client, scope, BANK))

    def approve(self, number, who):
        return self.verbs.approve(self.asked[number][1], self.here[who])

    def deny(self, number, who):
        return self.verbs.deny(self.asked[number][1], self.here[who])

    def collect(self, number, client):
        return self.verbs.collect(self.asked[number][0], registry.find(client))

    def sign_out(self, who):
        with kept(db):
            ending.session(self.here[who].session_id, "test")

    def lock(self, who, status):
        mine = update(User).where(User.id == self.here[who].user_id)
        with kept(db):
            db.session.execute(mine.values(status=status))

    def disable(self, client):
        with kept(db):
            disable_client.now(client)

    def state(self):
        """What the tables hold, in words that both sides share."""
        with self.app.app_context():
            families = {row.grant_id: row for row in db.session.scalars(select(RefreshToken))}
            listed = set(db.session.scalars(select(RevokedToken.name)))
            rows = [db.session.get(DeviceCode, digests.of(code)) for code, _ in self.asked]
            return [
                (
                    *(row.state, row.wait_seconds, row.polled_at, row.expires_at, row.auth_time),
                    f"grant:{row.grant_id}" in listed,
                    row.grant_id in families and families[row.grant_id].ended_at,
                )
                for row in rows
            ]


SECONDS = (0.2, 3, 4.6, 5, 10, 15, 20, 60, 300)
SCOPES = (("openid",), ("openid", "offline_access", "wallet:read"))


def choose(chance, side, step):
    """Return a deed and what it is done with: mostly what an honest device would do."""
    some = bool(side.asked)
    deeds = {"ask": 3, "collect": 12 * some, "approve": 2 * some, "deny": 0.5 * some, "shift": 4}
    if step > STEPS // 2:
        deeds |= {"sign_out": 0.4, "lock": 0.3, "disable": 0.1}
    deed = chance.choices(list(deeds), deeds.values())[0]
    number = max(0, len(side.asked) - 1 - chance.choices((0, 1, 2, 6), (10, 4, 1, 1))[0])
    client, who = chance.choices(CLIENTS, (20, 1, 4))[0], chance.randrange(3)
    chosen = {
        "ask": {"client": client, "scope": chance.choice(SCOPES)},
        "collect": {"number": number, "client": client},
        "approve": {"number": number, "who": who},
        "deny": {"number": number, "who": who},
        "shift": {"seconds": chance.choice(SECONDS)},
        "sign_out": {"who": who},
        "lock": {"who": who, "status": chance.choice(("active", "active", "locked"))},
        "disable": {"client": client},
    }
    return deed, chosen[deed]


@rfc("8628", "3.5")
@pytest.mark.parametrize("seed", range(5))
def test_the_rooms_answer_as_the_reference_does(held_clock, create_house, seed):
    chance = random.Random(seed)
    real, plain = Side(create_house("auth"), Hot()), Side(create_house("auth"), Reference())
    done, heard = [], Counter()

    for step in range(STEPS):
        deed, chosen = choose(chance, plain, step)
        done.append((deed, chosen))
        if deed == "shift":
            held_clock.shift(chosen["seconds"])
            continue
        answer = plain.do(deed, **chosen)
        assert real.do(deed, **chosen) == answer, done[-8:]
        heard[answer if deed == "collect" and not isinstance(answer, tuple) else "else"] += 1
        if step % 10 == 9:
            assert real.state() == plain.state(), done[-10:]

    assert real.state() == plain.state()
    assert {"pending", "too_soon"} <= heard.keys()
