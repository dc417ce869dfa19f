"""No schedule of rotations fails a verification, whoever cached which key set when."""

import json
import os
from functools import cache

import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.keys.turns import ensure, keep_timetable, rotate
from tests.support import pairs
from tests.support.marks import behaviour

SOAK = bool(os.environ.get("SOAK"))
NOON = 1_800_000_000
DAY = 86_400
SPANS = [
    *(0, 0.001, 1, 4, 5, 6, 59, 60, 61, 299, 300, 301, 310, 314, 315, 316, 900, 3600, 43_200, DAY)
]
ROTATE, TEND = ("rotate", None), ("tend", None)
STEPS = st.one_of(
    st.tuples(st.just("rotate"), st.sampled_from([None, *jose.ALGORITHMS])),
    st.tuples(st.just("pass"), st.sampled_from(SPANS) | st.floats(0, 400)),
    st.just(TEND),
)
SCHEDULES = st.lists(STEPS, min_size=2, max_size=40 if SOAK else 14)


class World:
    """A process that mints, one that publishes, one that turns keys, and clients of every age."""

    def __init__(self, minting, publishing, turning, held):
        self._minting, self._publishing, self._turning = minting, publishing, turning
        self._held = held
        self._now = 0.0
        self._sets = []
        self._tokens = []
        self._seen = set()
        self._longest = publishing.config["JWKS_MAX_AGE_SECONDS"]
        self._life = publishing.config["SESSION_SECONDS"]  # an ID token is a hint so long

    def do(self, step, what):
        """Take a step; then mint, fetch and verify."""
        if step == "pass":
            self._now += what
            self._held.shift(what)
        elif step == "tend":
            with self._turning.app_context():
                keep_timetable()
        else:
            self._rotate(what)
        self._fetch()
        self._mint()
        self._fetch()
        self._verify()

    def _rotate(self, alg):
        with self._turning.app_context():
            turned = rotate(alg)
            ring.current().forget()
            kids = {key["kid"] for key in json.loads(ring.current().jwks())["keys"]}
        assert len(turned) == (1 if alg else len(jose.ALGORITHMS))
        assert len(kids - self._seen) >= len(turned)  # each published a key never seen before
        self._seen |= kids

    def _fetch(self):
        """Somebody fetches the key set now, and may keep it."""
        with self._publishing.app_context():
            keys = {key["kid"]: key for key in json.loads(ring.current().jwks())["keys"]}
        self._sets.append((self._now, keys))
        self._seen |= keys.keys()
        self._sets = [one for one in self._sets if self._now - one[0] <= self._longest]

    def _mint(self):
        with self._minting.app_context():
            for alg in jose.ALGORITHMS:
                token = ring.sign({"at": self._now}, alg=alg, typ="at+jwt")
                self._tokens.append((self._now, token))
        self._tokens = [one for one in self._tokens if self._now - one[0] <= self._life]

    def _verify(self):
        """Every key set that may be in use verifies every token that may be shown."""
        for _fetched, keys in self._sets:
            for minted, token in self._tokens:
                assert verifies(token, keys), f"of {minted}, by a set of {_fetched}, at {self._now}"
        with self._publishing.app_context():
            for minted, token in self._tokens:
                assert ring.verify(token, typ="at+jwt") == {"at": minted}


def verifies(token, keys):
    """Does a client with ``keys`` believe ``token``?"""
    header, message, signature = jose.split(token)
    key = keys.get(header["kid"])
    return key is not None and holds(json.dumps(key), header["alg"], message, signature)


@cache
def holds(key, alg, message, signature):
    return jose.Verifier(alg, jose.import_key(alg, json.loads(key))).holds(message, signature)


@pytest.fixture
def processes(monkeypatch, keyed_app, create_house):
    """Three processes on one database, whose clocks are the one that is held."""
    monkeypatch.setattr(jose, "import_key", pairs.parsed_once)
    monkeypatch.setattr(clock, "ticks", lambda: clock.now().timestamp())
    url = keyed_app.config["AUTH_DATABASE_URL"]
    return create_house("auth", url=url), create_house("auth", url=url), keyed_app


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@behaviour(25, 43)
@settings(
    max_examples=300 if SOAK else 25,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(schedule=SCHEDULES)
@example(schedule=[ROTATE, ROTATE, ("pass", 316)])
@example(
    schedule=[ROTATE, ROTATE, ("pass", 4), ("pass", 300)]
)  # a set, below a token, as old as can be
@example(schedule=[ROTATE, ("pass", 1), ROTATE, ("pass", 1), ROTATE, ("pass", 313), ("pass", 1)])
@example(schedule=[ROTATE, *(("pass", span) for span in (4, 43_192.5, 4.5)), TEND, ("pass", 0.6)])
def test_no_schedule_of_rotations_fails_a_verification(processes, schedule):
    for process in processes:
        process.extensions["keys"] = ring.Ring()
    with time_machine.travel(NOON, tick=False) as held:
        with processes[-1].app_context():
            with kept(db):
                db.session.execute(delete(SigningKey))
            pairs.begin_again(processes[-1].config["AUTH_DATABASE_URL"])
            ensure()
        world = World(*processes, held)
        world.do("pass", 0)

        for step, what in schedule:
            world.do(step, what)
