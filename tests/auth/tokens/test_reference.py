"""Whatever is asked, the hot statements answer as the plain reference does."""

import random

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import User
from app.auth.clients import registry
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.tokens import codes, ending, refresh
from app.auth.tokens.models import AuthorizationCode, RefreshToken, RevokedToken
from app.foundation import digests
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.tokens.reference import Reference
from tests.support.marks import rfc

CLIENTS = ("shop", "other", "plain")
STEPS = 70
PEOPLE = ("ana@example.com", "bia@example.com")


class Hot:
    """The verbs of the room, as the reference's methods."""

    def issue(self, presence, asked):
        return codes.issue(presence, asked)

    def redeem(self, code, client, **sent):
        got = stage.redeem(code, client, **sent)
        return got and (got[0].scope, got[1])

    def rotate(self, value, client_id):
        got = stage.rotate(refresh.parse(value), client_id)
        return got and (got[0].scope, got[1])


class Side:
    """One application with its own database, and what was handed out there, in order."""

    def __init__(self, app, verbs):
        self.app, self.verbs = app, verbs
        self.codes, self.families = [], []
        with app.app_context():
            for name in CLIENTS:
                grants = ["authorization_code"] + ["refresh_token"] * (name != "plain")
                stage.register(name, grant_types=grants)
            people = [persons.open_account(email) for email in PEOPLE]
            self.here = [stage.come_in(user) for user in (*people, people[0])]

    def do(self, deed, **chosen):
        """Do ``deed``; return what came of it in words that both sides share."""
        with self.app.app_context():
            return getattr(self, deed)(**chosen)

    def issue(self, who, client, scope, sent):
        asked = stage.asking(scope, client, redirect_uri_sent=sent)
        self.codes.append(self.verbs.issue(self.here[who], asked))

    def redeem(self, number, client, redirect_uri, challenge):
        got = self.verbs.redeem(
            self.codes[number],
            registry.find(client),
            redirect_uri=redirect_uri,
            challenge=challenge,
        )
        if got and got[1]:
            self.families.append([got[1]])
        return got and (got[0], got[1] is not None)

    def rotate(self, number, generation, client, tampered):
        family = self.families[number]
        value = family[generation]
        if tampered:
            value = value[:-2] + ("AA" if value[-2:] != "AA" else "BB")
        got = self.verbs.rotate(value, client)
        if got is None:
            return None
        is_new = got[1] not in family
        if is_new:
            family.append(got[1])
        return got[0], is_new, family.index(got[1])

    def sign_out(self, who, offline):
        with kept(db):
            ending.session(self.here[who].session_id, "test", offline=offline)

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
            rows = {row.code_digest: row for row in db.session.scalars(select(AuthorizationCode))}
            issued = [rows[digests.of(code)] for code in self.codes]
            families = {row.grant_id: row for row in db.session.scalars(select(RefreshToken))}
            listed = set(db.session.scalars(select(RevokedToken.name)))
            return {
                number: (
                    row.used_at,
                    f"grant:{row.grant_id}" in listed,
                    families.get(row.grant_id) and _told(families[row.grant_id]),
                )
                for number, row in enumerate(issued)
            }


def _told(row):
    return row.generation, row.rotated_at, row.offline, row.expires_at, row.ended_at


def choose(chance, side, step):
    """Return a deed and what it is done with: mostly what an honest app would do."""
    deeds = {"issue": 3, "redeem": 4 * bool(side.codes), "rotate": 8 * bool(side.families)}
    deeds["shift"] = 2
    if step > STEPS // 2:
        deeds |= {"sign_out": 0.5, "lock": 0.3, "disable": 0.1}
    deed = chance.choices(list(deeds), deeds.values())[0]
    return deed, CHOICES[deed](chance, side)


def _issue(chance, _side):
    scope = chance.choice(("openid", "openid offline_access wallet:read"))
    who, sent = chance.randrange(3), chance.random() < 0.7
    return {"who": who, "client": _client(chance), "scope": scope, "sent": sent}


def _redeem(chance, side):
    uris = (stage.CALLBACK, "", "https://shop.example/other")
    return {
        "number": _latest(chance, side.codes),
        "client": _client(chance),
        "redirect_uri": chance.choices(uris, (7, 2, 1))[0],
        "challenge": chance.choices((stage.CHALLENGE, "a" * 43), (9, 1))[0],
    }


def _rotate(chance, side):
    number = _latest(chance, side.families)
    generation = _latest(chance, side.families[number])
    tampered = chance.random() < 0.1
    return {
        "number": number,
        "generation": generation,
        "client": _client(chance),
        "tampered": tampered,
    }


def _latest(chance, things):
    """Return the place of one of ``things``, mostly of the last."""
    back = chance.choices((0, 1, 2, 5), (12, 4, 1, 1))[0]
    return max(0, len(things) - 1 - back)


def _client(chance):
    return chance.choices(CLIENTS, (8, 1, 1))[0]


SECONDS = (0.5, 5, 29, 30, 59, 61, 400, 1700)
STATUSES = ("active", "active", "locked")
CHOICES = {
    "issue": _issue,
    "redeem": _redeem,
    "rotate": _rotate,
    "shift": lambda chance, _: {"seconds": chance.choice(SECONDS)},
    "sign_out": lambda chance, _: {"who": chance.randrange(3), "offline": chance.random() < 0.1},
    "lock": lambda chance, _: {"who": chance.randrange(3), "status": chance.choice(STATUSES)},
    "disable": lambda chance, _: {"client": _client(chance)},
}


@rfc("9700", "4.14.2")
@rfc("6749", "4.1.2")
@pytest.mark.parametrize("seed", range(5))
def test_the_room_answers_as_the_reference_does(held_clock, create_house, seed):
    chance = random.Random(seed)
    real, plain = Side(create_house("auth"), Hot()), Side(create_house("auth"), Reference())
    done = []

    for step in range(STEPS):
        deed, chosen = choose(chance, plain, step)
        done.append((deed, chosen))
        if deed == "shift":
            held_clock.shift(chosen["seconds"])
            continue
        assert real.do(deed, **chosen) == plain.do(deed, **chosen), done[-8:]
        if step % 10 == 9:
            assert real.state() == plain.state(), done[-10:]

    assert real.state() == plain.state()
    assert plain.families
