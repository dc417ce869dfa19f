"""Journeys: begun, gone through stop by stop, finished once, in one browser and in time."""

import pytest
from sqlalchemy import select

from app.auth import housekeeping
from app.auth.consents import approval
from app.auth.database import db
from app.auth.interactions import journey
from app.auth.interactions.models import Interaction
from app.foundation import ids
from tests.auth import persons, stage
from tests.support.marks import rfc


def begin(browser, **asked):
    """Begin a journey of the app ``shop`` in ``browser``; return its id."""
    with browser.visit():
        asked = stage.asking(**asked)
        return journey.begin("authorize", asked=asked, return_to="/oauth/authorize/{id}").id


def load(browser, uid, kind="authorize"):
    with browser.visit():
        return journey.load(uid, kind)


def test_a_journey_keeps_what_was_asked_and_where_to_return(held_clock, browser):
    uid = begin(browser, nonce="n", prompt=frozenset({"consent"}))

    interaction = load(browser, uid)

    assert ids.is_one(uid, "int")
    assert interaction.return_to == f"/oauth/authorize/{uid}"
    assert interaction.client_id == "shop"
    asked = {"nonce": "n", "prompt": frozenset({"consent"})}
    with browser.app.app_context():
        assert interaction.request == stage.asking(**asked)
    assert interaction.answer_to("login") is None
    assert interaction.finished_at is None


def test_a_journey_of_another_kind_keeps_facts(browser):
    with browser.visit():
        begun = journey.begin("logout", asked={"back": None}, client_id="shop", return_to="/x/{id}")

    interaction = load(browser, begun.id, "logout")

    assert interaction.facts == {"back": None}
    assert interaction.request is None
    assert (interaction.client_id, interaction.return_to) == ("shop", f"/x/{begun.id}")


@rfc("9700", "4.7.1")
def test_a_journey_belongs_to_the_browser_that_began_it(browser, new_browser):
    uid = begin(browser)

    with pytest.raises(journey.NotYours):
        load(new_browser(), uid)

    assert load(browser, uid)


def test_the_browsers_id_is_not_kept_in_clear(browser):
    begin(browser)

    with browser.app.app_context():
        [row] = db.session.scalars(select(Interaction)).all()
        assert browser.id not in repr([getattr(row, c.key) for c in row.__table__.columns])


def test_what_is_no_journey_is_unknown(browser):
    tails = ("", "A" * 25, "a" * 25, "\x00" + "a" * 24, "a" * 999)
    for uid in ("", "x", *(f"int_{tail}" for tail in tails)):
        with pytest.raises(journey.Unknown):
            load(browser, uid)


def test_a_journey_is_found_under_its_own_kind_alone(browser):
    uid = begin(browser)

    with pytest.raises(journey.Unknown):
        load(browser, uid, "logout")
    assert load(browser, uid, None)


def test_a_journey_is_good_for_its_time(held_clock, browser):
    uid = begin(browser)
    seconds = browser.app.config["INTERACTION_SECONDS"]
    held_clock.shift(seconds - 1)
    assert load(browser, uid)

    held_clock.shift(1)

    with pytest.raises(journey.Expired):
        load(browser, uid)
    held_clock.shift(1)
    with browser.app.app_context():
        assert housekeeping.run(30)["interactions"] == 1
    with pytest.raises(journey.Unknown):
        load(browser, uid)


def test_a_journey_is_finished_once(browser):
    uid = begin(browser)
    with browser.visit():
        assert journey.finish(journey.load(uid))

    with browser.visit():
        interaction = db.session.get(Interaction, uid)
        assert not journey.finish(interaction)
    with pytest.raises(journey.Answered):
        load(browser, uid)


def test_of_many_tabs_that_come_back_at_once_one_finishes(browser):
    uid = begin(browser)

    def finish(_):
        with browser.visit():
            return journey.finish(journey.load(uid))

    got = stage.all_at_once(browser.app, finish, 8)

    assert got.count(True) == 1
    rest = [answer for answer in got if answer is not True]
    assert all(answer is False or isinstance(answer, journey.Answered) for answer in rest)


def test_answers_gather_prompt_by_prompt(browser):
    uid = begin(browser)
    for prompt, facts in (("login", {"sid": "s"}), ("consent", {"sub": "a"}), ("login", {})):
        with browser.visit():
            journey.answer(journey.load(uid), prompt, **facts)

    interaction = load(browser, uid)

    assert interaction.answer_to("login") == {}
    assert interaction.answer_to("consent") == {"sub": "a"}


def test_saying_no_is_kept(browser):
    uid = begin(browser)
    with browser.visit():
        journey.refuse(journey.load(uid), "consent")

    assert load(browser, uid).answer_to("refused") == {"at": "consent"}


def test_two_tabs_do_not_fight(browser):
    first, second = begin(browser, nonce="1"), begin(browser, nonce="2")
    with browser.visit():
        journey.answer(journey.load(first), "login", sid="s")
    with browser.visit():
        journey.finish(journey.load(first))

    interaction = load(browser, second)

    assert interaction.request.nonce == "2"
    assert interaction.answer_to("login") is None


@pytest.fixture
def ana(auth_app):
    """Ana's presence, and the app she is asked by."""
    with auth_app.app_context():
        stage.register()
        return stage.come_in(persons.open_account())


def next_stop(browser, uid, presence):
    with browser.visit(presence):
        return journey.next_stop(journey.load(uid))


def test_a_journey_stops_at_each_page_in_turn(browser, ana):
    uid = begin(browser)
    assert next_stop(browser, uid, None) == f"/login/{uid}"
    handed_out = ana._replace(must_change_password=True)
    assert next_stop(browser, uid, handed_out) == f"/new-password/{uid}"
    assert next_stop(browser, uid, ana) == f"/consent/{uid}"
    with browser.visit(ana):
        approval.give(ana.user_id, ana.sub, "shop", ["openid", "wallet:read"])

    assert next_stop(browser, uid, ana) is None


def test_an_answer_to_consent_is_the_persons_who_gave_it(browser, ana):
    uid = begin(browser, prompt=frozenset({"consent"}))
    with browser.app.app_context():
        bia = stage.come_in(persons.open_account("bia@example.com"))
    for here in (ana, bia):
        with browser.visit(here):
            approval.give(here.user_id, here.sub, "shop", ["openid", "wallet:read"])
    with browser.visit(ana):
        journey.answer(journey.load(uid), "consent", sub=ana.sub)

    assert next_stop(browser, uid, ana) is None
    assert next_stop(browser, uid, bia) == f"/consent/{uid}"


def test_a_journey_to_ones_own_account_asks_for_no_consent(browser, ana):
    with browser.visit():
        uid = journey.begin("account", return_to="/account").id

    assert next_stop(browser, uid, None) == f"/login/{uid}"
    assert next_stop(browser, uid, ana) is None
