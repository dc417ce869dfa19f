"""A stolen key: what it signed ends at once, and a key that nobody has seen signs in its place."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.keys import compromise, jose, ring
from app.auth.keys.models import SigningKey
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import stage
from tests.auth.keys.turns import (
    FIRST,
    keep_timetable,
    kids,
    lead,
    published,
    rotate,
    row,
    signing,
    states,
)
from tests.support import factories, steps
from tests.support.marks import mission


def end(kid):
    """Do what the command does; return the id of the key that takes its place."""
    with kept(db):
        fresh = compromise.end(kid)
        return fresh and fresh.kid


@mission("S118")
def test_a_key_never_seen_signs_in_the_place_of_the_stolen_one_at_once(keys):
    seen, [kid], [following] = published(), kids("active"), kids("next")
    token = ring.sign({"sub": "ana"}, alg="ES256", typ="JWT")

    fresh = end(kid)

    assert fresh not in seen
    assert signing() == fresh
    assert published() == seen - {kid} | {fresh}
    assert (kids("active"), kids("next"), kids("gone")) == ({fresh}, {following}, {kid})
    assert ring.verify(token, typ="JWT") is None
    gone = row(kid)
    assert gone.private_sealed is None
    assert gone.gone_at == gone.compromised_at != None  # noqa: E711 (a chain)


def test_a_stolen_next_key_never_signs(keys):
    [kid], [active] = kids("next"), kids("active")

    fresh = end(kid)

    assert kids("next") == {fresh}
    assert signing() == active
    assert row(kid).activated_at is None
    assert kid not in published()


def test_a_stolen_key_that_signs_no_more_needs_no_successor(held_clock, keys):
    [kid] = kids("active")
    token = ring.sign({}, alg="ES256", typ="JWT")
    rotate("ES256")
    held_clock.shift(lead() + timedelta(seconds=1))
    before = signing()

    assert end(kid) is None

    assert signing() == before
    assert ring.verify(token, typ="JWT") is None
    assert states() == FIRST | {"ES256 gone": 1}


def test_one_stolen_while_the_next_waits_for_its_time_is_replaced_until_then(held_clock, keys):
    rotate("ES256")
    rotate("ES256")  # in an instant: the active key signs from a moment that lies ahead
    stolen, [active] = signing(), kids("active")
    assert stolen != active

    fresh = end(stolen)

    assert signing() == fresh
    assert row(fresh).retired_at == row(active).activated_at
    held_clock.shift(lead() + timedelta(seconds=1))
    assert signing() == active


def test_one_stolen_before_its_time_lets_the_one_before_go_on(held_clock, keys):
    rotate("ES256")
    rotate("ES256")
    before, [stolen] = signing(), kids("active")
    held_clock.shift(60)

    fresh = end(stolen)

    assert signing() == before
    assert row(before).retired_at == row(fresh).activated_at
    held_clock.shift(lead() - timedelta(seconds=1))
    assert signing() == before  # not everybody knows the fresh one yet
    held_clock.shift(1)
    assert signing() == fresh


def test_who_has_every_key_is_left_with_none(keys):
    rotate()
    seen = {kid for alg in jose.ALGORITHMS for kid in published_of(alg)}

    with kept(db):
        fresh = [made.kid for made in compromise.end_all()]

    assert not published() & seen
    assert {signing(alg) for alg in jose.ALGORITHMS} <= set(fresh)
    assert {name: states()[name] for name in FIRST} == FIRST


def published_of(alg):
    published()
    return {key["kid"] for key in json.loads(ring.current().jwks())["keys"] if key["alg"] == alg}


def test_it_is_on_the_record_once_and_told_to_the_operators(keys, capfd):
    [kid] = kids("active")
    capfd.readouterr()

    fresh = end(kid)

    db.session.rollback()
    told = db.session.execute(
        select(AuditRecord.event, AuditRecord.subject).order_by(AuditRecord.seq.desc()).limit(2)
    ).all()
    assert told == [("key:signing:created", fresh), ("key:signing:compromised", kid)]
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["level"], line["key"]) for line in said if "compromised" in line["event"]] == [
        ("error", kid[:8])
    ]


def test_what_is_no_key_or_gone_is_not_ended(keys):
    [kid] = kids("active")
    end(kid)

    for name in (kid, "", "no such key"):
        with pytest.raises(NotFound):
            end(name)


def test_many_who_end_a_key_at_once_make_one_successor(keyed_app):
    with keyed_app.app_context():
        [kid] = kids("active")

    got = stage.all_at_once(keyed_app, lambda _: end(kid), 3)

    with keyed_app.app_context():
        assert states() == FIRST | {"ES256 gone": 1}
        assert kids("active") <= set(map(str, got))
    assert sorted(map(str, got)).count("There is no such key.") == 2


def test_the_timetable_makes_what_is_missing(keys):
    with kept(db):
        for missing in db.session.scalars(select(SigningKey).where(SigningKey.state == "next")):
            db.session.delete(missing)

    keep_timetable()

    assert states() == FIRST


@mission("S118")
def test_every_door_refuses_what_a_stolen_key_signed_and_nobody_signs_in_again(
    keyed_app, create_house
):
    """Cookies and opaque refresh tokens are no signatures: people and apps go on."""
    other = create_house("auth", url=keyed_app.config["AUTH_DATABASE_URL"], CACHE_SECONDS=0)
    app = factories.app(keyed_app, id_token_signed_response_alg="ES256")
    browser = other.test_client()
    held = steps.tokens(browser, app, factories.person(keyed_app), scope="openid offline_access")
    [kid] = {steps.header_of(held[name])["kid"] for name in ("access_token", "id_token")}
    assert steps.userinfo(browser, held["access_token"]).status_code == 200

    done = keyed_app.test_cli_runner().invoke(args=["keys", "compromise", kid, "--yes"])

    assert done.exit_code == 0, done.output
    assert steps.userinfo(browser, held["access_token"]).status_code == 401
    assert steps.introspect(browser, app, held["access_token"]).json == {"active": False}
    hinted = steps.ask(browser, app, prompt="none", id_token_hint=held["id_token"])
    assert "error=invalid_request" in hinted.location
    fresh = steps.refresh(browser, app, held["refresh_token"]).json
    assert steps.userinfo(browser, fresh["access_token"]).status_code == 200
    again = steps.authorize(browser, app)  # without a sign-in
    assert again.code  # the session of the browser lives on


@pytest.mark.parametrize("typed", ["y", "n", ""])
def test_the_command_asks_once(keyed_app, typed):
    with keyed_app.app_context():
        [kid] = kids("active")

    done = keyed_app.test_cli_runner().invoke(args=["keys", "compromise", kid], input=typed)

    with keyed_app.app_context():
        assert (done.exit_code == 0) == (typed == "y") == (kids("gone") == {kid})


def test_the_command_ends_all_or_one_and_says_which(keyed_app):
    run = keyed_app.test_cli_runner().invoke
    told = json.loads(run(args=["keys", "compromise", "--all", "--yes", "--json"]).stdout)

    assert sorted(one["state"] for one in told) == ["active"] * 4 + ["next"] * 4
    assert run(args=["keys", "compromise", "--yes"]).exit_code == 2
    assert run(args=["keys", "compromise", "x", "--all", "--yes"]).exit_code == 2
    listed = json.loads(run(args=["keys", "list", "--json"]).stdout)
    gone = [one for one in listed if one["state"] == "gone"]
    assert len(gone) == 8
    assert all(one["compromised"] and one["gone_at"] for one in gone)


def test_the_list_tells_when_each_key_leaves_its_state(held_clock, keys, keyed_app):
    rotate("ES256")
    run = keyed_app.test_cli_runner().invoke(args=["keys", "list", "--json"])
    told = {one["state"]: one for one in json.loads(run.stdout) if one["alg"] == "ES256"}

    assert told["next"]["turns_at"] == told["active"]["turns_at"]
    assert told["active"]["turns_at"].startswith("2027-02-18")  # 90 days after 2026-11-20
    assert told["retired"]["turns_at"] > told["retired"]["signs_until"]
    held_clock.shift(timedelta(days=1))
    keep_timetable()
    run = keyed_app.test_cli_runner().invoke(args=["keys", "list", "--json"])
    [gone] = [one for one in json.loads(run.stdout) if one["state"] == "gone"]
    assert gone["kid"] == told["retired"]["kid"]
    assert gone["gone_at"].startswith("2026-11-21")
