"""A key's way: next, active, retired, gone; and two who turn it at once."""

import itertools
import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation.database import kept
from app.foundation.problems import NotFound, Problem
from tests.auth import stage
from tests.auth.keys.turns import (
    FIRST,
    ensure,
    keep_timetable,
    kids,
    lead,
    published,
    retire,
    rotate,
    states,
)
from tests.support.marks import abuse, asvs, behaviour


def test_the_first_keys_are_one_active_and_one_next_of_each_algorithm(bare_context):
    ensure()

    assert states() == FIRST
    assert ring.current().algorithms() == ["ES256", "EdDSA", "PS256", "RS256"]


def test_ensuring_again_makes_nothing(keys):
    before = published()

    ensure()

    assert published() == before


def test_what_is_missing_is_made_again(keys):
    active = kids("active")
    with kept(db):
        db.session.execute(delete(SigningKey).where(SigningKey.state == "next"))

    ensure()

    assert states() == FIRST
    assert kids("active") == active


def test_the_first_keys_are_made_once_though_many_ask_at_once(bare_app):
    assert stage.all_at_once(bare_app, lambda _: ensure(), 4) == [None] * 4

    with bare_app.app_context():
        assert states() == FIRST
        made = db.session.scalars(select(SigningKey.kid)).all()
        created = select(AuditRecord.subject).where(AuditRecord.subject.in_(made))
        assert sorted(db.session.scalars(created)) == sorted(made)


@behaviour(25)
def test_rotating_makes_the_next_key_active_and_the_active_one_retired(keys):
    active, following = kids("active"), kids("next")

    activated = rotate("ES256")

    assert set(activated) == following == kids("active")
    assert kids("retired") == active
    assert states() == FIRST | {"ES256 retired": 1}


def test_rotating_without_an_algorithm_turns_every_one(keys):
    activated = rotate()

    assert len(activated) == 4
    assert states() == FIRST | {f"{alg} retired": 1 for alg in jose.ALGORITHMS}


@asvs("11.6.1")
def test_a_rotation_publishes_a_key_never_seen_before(keys):
    seen = published()

    for _ in range(3):
        rotate("ES256")
        fresh = published() - seen
        assert fresh == kids("next")
        seen |= fresh


def test_a_retired_key_still_verifies_and_a_withdrawn_one_does_not(keys):
    [kid] = kids("active")
    token = ring.sign({"sub": "ana"}, alg="ES256", typ="JWT")
    rotate("ES256")
    assert ring.verify(token, typ="JWT") == {"sub": "ana"}

    retire(kid)

    assert ring.verify(token, typ="JWT") is None
    assert kid not in published()


def test_withdrawing_the_active_key_lets_the_next_one_sign(keys):
    [active], [following] = kids("active"), kids("next")

    retire(active)

    assert kids("active") == {following}
    assert kids("gone") == {active}
    assert states() == FIRST | {"ES256 gone": 1}
    assert ring.verify(ring.sign({}, alg="ES256", typ="JWT"), typ="JWT") == {}


def test_withdrawing_the_next_key_publishes_another(keys):
    [following] = kids("next")

    retire(following)

    assert states() == FIRST | {"ES256 gone": 1}
    assert kids("next") != {following}


def test_the_private_part_of_a_withdrawn_key_is_wiped(keys):
    [kid] = kids("active")

    retire(kid)

    assert db.session.get(SigningKey, kid).private_sealed is None


def test_withdrawing_what_is_no_key_is_refused(keys):
    for kid in ("", "no such key"):
        with pytest.raises(NotFound):
            retire(kid)


def test_a_key_is_withdrawn_once(keys):
    [kid] = kids("active")
    retire(kid)

    with pytest.raises(NotFound):
        retire(kid)


def test_an_active_key_without_a_next_one_does_not_leave(keys):
    [kid] = kids("active")
    with kept(db):
        db.session.execute(delete(SigningKey).where(SigningKey.state == "next"))

    assert rotate("ES256") == []
    with pytest.raises(Problem):
        retire(kid)

    assert kids("active") == {kid}


def test_every_turn_is_on_the_record(keys):
    [active], [following] = kids("active"), kids("next")
    rotate("ES256")
    retire(active)

    db.session.rollback()
    told = db.session.execute(
        select(AuditRecord.event, AuditRecord.subject).order_by(AuditRecord.seq)
    ).all()
    assert told[8:10] == [(events.KEY_RETIRED, active), (events.KEY_ACTIVATED, following)]
    assert told[10] == (events.KEY_CREATED, *kids("next"))
    assert told[11:] == [(events.KEY_WITHDRAWN, active)]


@asvs("13.3.4")
def test_the_timetable_turns_keys_over_when_they_are_old_enough(held_clock, bare_context):
    ensure()
    days = bare_context.config["SIGNING_KEY_DAYS"]
    assert keep_timetable() == {"rotated": [], "withdrawn": []}

    held_clock.shift(timedelta(days=days))
    assert keep_timetable()["rotated"] == []
    held_clock.shift(1)
    following = {kid for alg in jose.ALGORITHMS for kid in kids("next", alg)}
    assert set(keep_timetable()["rotated"]) == following

    assert keep_timetable() == {"rotated": [], "withdrawn": []}


@behaviour(43)
def test_a_retired_key_is_published_while_anything_it_signed_may_be_shown(held_clock, keys):
    [kid] = kids("active")
    rotate("ES256")
    longest = keys.config["SESSION_SECONDS"]  # an expired ID token is still a hint at sign-out
    held_clock.shift(timedelta(seconds=longest) + lead())
    assert keep_timetable()["withdrawn"] == []
    assert kid in published()

    held_clock.shift(1)

    assert keep_timetable()["withdrawn"] == [kid]
    assert kid not in published()


@abuse("F15")
@pytest.mark.parametrize("alg", [None, "ES256"])
def test_of_all_who_rotate_at_once_one_does_and_publishes_keys_never_seen(
    keyed_app, monkeypatch, alg
):
    """All have looked before the first of them turns anything: see F15."""
    crowd, turned = 3, len(jose.ALGORITHMS) if alg is None else 1
    together, made = threading.Barrier(crowd), jose.generate
    with keyed_app.app_context():
        seen = published()

    def generate(of):
        together.wait(30)
        return made(of)

    monkeypatch.setattr(jose, "generate", generate)
    got = stage.all_at_once(keyed_app, lambda _: rotate(alg), crowd)

    assert sorted(len(activated) for activated in got) == [0, 0, turned], got
    with keyed_app.app_context():
        now = states()
        assert {name: now[name] for name in FIRST} == FIRST
        assert len(published() - seen) == turned


def test_all_who_rotate_again_and_again_leave_one_active_key(keyed_app):
    with keyed_app.app_context():
        seen = published()

    for _ in range(4):
        got = stage.all_at_once(keyed_app, lambda _: rotate("ES256"), 3)

        assert all(isinstance(activated, list) for activated in got), got
        with keyed_app.app_context():
            now = states()
            fresh = published() - seen
        assert {name: now[name] for name in FIRST} == FIRST
        told = Counter(itertools.chain(*got))
        assert len(fresh) == told.total() >= 1
        assert max(told.values()) == 1  # nobody else activated the same key
        seen |= fresh


def test_two_timetables_at_once_turn_each_key_over_once(held_clock, bare_app):
    with bare_app.app_context():
        ensure()
    held_clock.shift(timedelta(days=bare_app.config["SIGNING_KEY_DAYS"], seconds=1))

    got = stage.all_at_once(bare_app, lambda _: keep_timetable(), 4)

    assert sum(len(done["rotated"]) for done in got) == 4
    with bare_app.app_context():
        assert states() == FIRST | {f"{alg} retired": 1 for alg in jose.ALGORITHMS}


def test_two_who_withdraw_the_active_key_at_once_leave_another(keyed_app):
    with keyed_app.app_context():
        [kid] = kids("active")

    got = stage.all_at_once(keyed_app, lambda _: retire(kid), 3)

    assert sorted(map(str, got)) == ["None", *["There is no such key."] * 2]
    with keyed_app.app_context():
        assert states() == FIRST | {"ES256 gone": 1}


def _do(deeds, number):
    return deeds[number]()


def test_withdrawing_and_rotating_at_once_leave_one_key_that_signs(keyed_app):
    for _ in range(3):
        with keyed_app.app_context():
            [kid] = kids("active")
            before = states()

        deeds = [partial(retire, kid), partial(rotate, "ES256"), keep_timetable, rotate]
        got = stage.all_at_once(keyed_app, partial(_do, deeds), len(deeds))

        assert not [one for one in got if isinstance(one, Exception)], got
        with keyed_app.app_context():
            now = states()
            assert {name: now[name] for name in FIRST} == FIRST
            assert now["ES256 gone"] == before["ES256 gone"] + 1
            assert kid not in published()
            token = ring.sign({}, alg="ES256", typ="JWT")
            assert ring.verify(token, typ="JWT") == {}


def test_keys_that_only_a_newer_version_knows_are_left_alone(keys):
    [active], [following] = kids("active"), kids("next")
    with kept(db):
        for kid in (active, following):
            db.session.get(SigningKey, kid).alg = "ML-DSA-44"

    assert published() >= {active, following}  # whoever knows them verifies with them
    assert "ML-DSA-44" not in ring.current().algorithms()
    assert rotate("ML-DSA-44") == []
    assert len(rotate()) == 3
    with pytest.raises(NotFound):
        retire(active)
