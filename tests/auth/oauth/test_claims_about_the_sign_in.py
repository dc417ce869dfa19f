"""Claims that say who must be here, and how surely: ``sub`` and ``acr`` (OIDC Core §5.5.1)."""

import json

import pytest
from sqlalchemy import update

from app.auth.database import db
from app.auth.sessions import assurance
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

LOA2, LOA3, PHR = assurance.LADDER
UNMET = "unmet_authentication_requirements"


@pytest.fixture
def database_kind():
    """What is asked here is of the request and the session, which are the same on both."""
    return "postgresql"


def claims(**parts):
    """The parameter ``claims`` that asks for the ``parts``."""
    return {"claims": json.dumps(parts)}


def acr(*values, essential=False, **more):
    """A request for one of the levels ``values`` in the ID token."""
    return claims(id_token={"acr": {"values": values, "essential": essential}}) | more


def sub(value, place="id_token", **more):
    """A request about the person ``value``."""
    return claims(**{place: {"sub": {"value": value}}}) | more


def strengthen(server, person, amr="pwd otp"):
    """Let every session of ``person`` have shown more than a password."""
    level = {"amr": amr, "acr": assurance.acr_of(amr)}
    with server.app_context(), kept(db):
        db.session.execute(update(Session).where(Session.user_id == person.id).values(**level))


def level_told(browser, app, person=None, **asked):
    """The ``acr`` in the ID token, and that in the access token."""
    answer = steps.tokens(browser, app, person, **asked)
    return tuple(steps.claims_of(answer[kind])["acr"] for kind in ("id_token", "access_token"))


# sub


@rfc("OIDC Core", "5.5.1")
@pytest.mark.parametrize("place", ["id_token", "userinfo"])
def test_a_request_about_who_is_here_is_answered_at_once(browser, app, ana, place):
    steps.authorize(browser, app, ana)

    arrived = steps.arrival(steps.ask(browser, app, **sub(ana.sub, place, prompt="none")))

    assert arrived.code


@rfc("OIDC Core", "3.1.2.2")
@pytest.mark.parametrize("place", ["id_token", "userinfo"])
def test_a_request_about_somebody_else_is_answered_only_by_them(browser, app, ana, bia, place):
    steps.authorize(browser, app, ana)

    silent = steps.arrival(steps.ask(browser, app, **sub(bia.sub, place, prompt="none")))
    assert silent.error == "login_required"

    page = steps.follow(browser, steps.ask(browser, app, **sub(bia.sub, place)))
    assert steps.page_of(page) == "login"
    answer = steps.exchange(browser, app, steps.walk(browser, page, bia).code).json
    assert steps.claims_of(answer["id_token"])["sub"] == bia.sub


@rfc("OIDC Core", "3.1.2.2")
@pytest.mark.parametrize("who", ["bia", "nobody", "", "x" * 3000])
def test_when_another_person_signs_in_it_is_an_error(browser, app, ana, bia, who):
    named = bia.sub if who == "bia" else who

    arrived = steps.authorize(browser, app, ana, **sub(named))

    assert arrived.error == "login_required"


@rfc("OIDC Core", "5.5.1")
def test_one_value_in_a_list_is_a_value(browser, app, ana, bia):
    steps.authorize(browser, app, ana)

    def error_for(person):
        asked = claims(id_token={"sub": {"values": [person.sub, person.sub]}})
        return steps.arrival(steps.ask(browser, app, prompt="none", **asked)).error

    assert error_for(ana) is None
    assert error_for(bia) == "login_required"


def test_a_sub_without_a_value_asks_for_nobody(browser, app, ana):
    for how in (None, {}, {"essential": True}, {"value": None}):
        assert steps.authorize(browser, app, ana, **claims(id_token={"sub": how})).code


def test_a_hint_and_a_sub_name_the_same_person_or_nobody(browser, app, ana, bia):
    hint = steps.tokens(browser, app, ana)["id_token"]
    both = {"id_token_hint": hint, "prompt": "none"}

    assert steps.arrival(steps.ask(browser, app, **sub(ana.sub, **both))).code
    refused = steps.arrival(steps.ask(browser, app, **sub(bia.sub, **both)))
    assert refused.error == "invalid_request"


@rfc("OIDC Core", "8.1")
def test_a_sector_asks_by_the_name_it_knows_and_by_no_other(server, browser, ana):
    pairwise = {"subject_type": "pairwise", "scope": "openid profile"}
    app = factories.app(server, redirect_uris=["https://shop.example/cb"], **pairwise)
    told = steps.tokens(browser, app, ana)["id_token"]

    known = steps.claims_of(told)["sub"]
    assert steps.arrival(steps.ask(browser, app, **sub(known, prompt="none"))).code
    for other in (ana.sub, "", known.upper()):
        arrived = steps.arrival(steps.ask(browser, app, **sub(other, prompt="none")))
        assert arrived.error == "login_required"


# acr


@behaviour(47, 48)
@rfc("OIDC Core", "5.5.1.1")
@pytest.mark.parametrize("essential", [True, False])
@pytest.mark.parametrize("levels", [(LOA2,), (PHR, LOA2), (LOA2, "1", "2")])
def test_a_level_that_was_reached_is_told(browser, app, ana, levels, essential):
    assert level_told(browser, app, ana, **acr(*levels, essential=essential)) == (LOA2, LOA2)


@rfc("OIDC Core", "5.5.1.1")
def test_one_level_may_be_asked_for_as_a_value(browser, app, ana):
    for level, error in ((LOA2, None), (PHR, UNMET)):
        one = claims(id_token={"acr": {"value": level, "essential": True}})
        assert steps.authorize(browser, app, ana, **one).error == error


@rfc("OIDC Core", "5.5.1")
@pytest.mark.parametrize("how", [None, {"essential": True}])
def test_without_levels_the_one_reached_is_told(browser, app, ana, how):
    assert level_told(browser, app, ana, **claims(id_token={"acr": how})) == (LOA2, LOA2)


@abuse("W-10")
@rfc("unmet_authentication_requirements", "2")
@pytest.mark.parametrize("prompt", [None, "none", "login"])
@pytest.mark.parametrize("levels", [("1", "2"), ("",)])
@pytest.mark.parametrize("here", [True, False], ids=["somebody here", "nobody here"])
def test_an_essential_level_that_nobody_can_reach_is_refused_at_once(
    browser, app, ana, levels, prompt, here
):
    if here:
        steps.authorize(browser, app, ana)

    response = steps.ask(browser, app, prompt=prompt, **acr(*levels, essential=True))

    arrived = steps.arrival(response)
    assert set(arrived.answer) == {"error", "error_description", "error_uri", "state", "iss"}
    assert (arrived.error, arrived.answer["state"]) == (UNMET, "s-1")
    steps.assert_plain(arrived.answer["error_description"])


def test_an_essential_level_that_a_session_has_is_met(browser, app, ana, server):
    steps.authorize(browser, app, ana)
    strengthen(server, ana)

    assert level_told(browser, app, **acr(LOA3, essential=True)) == (LOA3, LOA3)


@rfc("9470", "5")
@pytest.mark.parametrize("asked", [{"acr_values": PHR}, acr(PHR, "x"), {"acr_values": "x y"}])
def test_a_voluntary_level_that_nobody_can_reach_is_no_error(browser, app, ana, asked):
    assert level_told(browser, app, ana, **asked) == (LOA2, LOA2)


@behaviour(47)
@rfc("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"acr_values": LOA2}, LOA2),
        ({"acr_values": f"1 {LOA2}"}, LOA2),
        (acr(LOA2, essential=True), LOA2),
        ({"acr_values": f"{LOA2} {LOA3}"}, LOA3),
        ({"acr_values": PHR}, LOA3),
        ({}, LOA3),
    ],
    ids=str,
)
def test_the_id_token_tells_a_level_that_was_asked_for_and_the_access_token_the_one_reached(
    browser, app, ana, server, asked, told
):
    steps.authorize(browser, app, ana)
    strengthen(server, ana)

    first = steps.tokens(browser, app, **asked)
    again = steps.refresh(browser, app, first["refresh_token"]).json

    for answer in (first, again):
        assert steps.claims_of(answer["id_token"])["acr"] == told
        assert steps.claims_of(answer["access_token"])["acr"] == LOA3


@rfc("OIDC Core", "5.5.1.1")
def test_the_claim_counts_and_not_the_parameter_where_both_ask(browser, app, ana):
    assert steps.authorize(browser, app, ana, **acr(LOA2, essential=True, acr_values=PHR)).code
    refused = steps.authorize(browser, app, **acr(PHR, essential=True, acr_values=LOA2))
    assert refused.error == UNMET


def test_a_level_asked_of_userinfo_means_nothing(browser, app, ana):
    asked = claims(userinfo={"acr": {"value": PHR, "essential": True}})

    assert steps.authorize(browser, app, ana, **asked).code


@abuse("W-10")
@rfc("unmet_authentication_requirements", "2")
@pytest.mark.parametrize("level", [LOA3, PHR])
def test_who_lacks_the_level_and_sets_nothing_up_is_an_error_and_no_token(
    browser, app, ana, server, level
):
    steps.authorize(browser, app, ana)
    must = acr(level, essential=True)

    silent = steps.arrival(steps.ask(browser, app, prompt="none", **must))
    assert silent.error == "login_required"
    page = steps.follow(browser, steps.ask(browser, app, **must))
    assert steps.page_of(page) == "enrolment"
    arrived = steps.arrival(steps.later(browser, page))

    assert arrived.error == UNMET
    assert arrived.answer["iss"] == server.config["ISSUER"]
    assert "code" not in arrived.answer


def test_an_error_after_signing_in_comes_before_consent(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, **acr(LOA3, essential=True))

    assert arrived.error == UNMET
    assert steps.page_of(steps.follow(browser, steps.ask(browser, app))) == "consent"


@rfc("9470", "5")
@pytest.mark.parametrize(
    "asked", [{"acr_values": LOA3}, acr(PHR, LOA3)], ids=["parameter", "claim"]
)
def test_who_lacks_a_voluntary_level_and_sets_nothing_up_is_told_of_as_they_are(
    browser, app, ana, asked
):
    steps.authorize(browser, app, ana)

    page = steps.follow(browser, steps.ask(browser, app, **asked))
    assert steps.page_of(page) == "enrolment"
    answer = steps.exchange(browser, app, steps.walk(browser, page, ana).code).json

    assert steps.claims_of(answer["id_token"])["acr"] == LOA2


# what a client registers instead


@rfc("OIDC Registration", "2")
def test_a_registered_max_age_counts_where_the_request_names_none(browser, server, ana, held_clock):
    app = factories.app(server, default_max_age=60)
    steps.authorize(browser, app, ana)
    held_clock.shift(61)

    arrived = [
        steps.arrival(steps.ask(browser, app, prompt="none", max_age=age)) for age in (None, "3600")
    ]

    assert arrived[0].error == "login_required"
    assert arrived[1].code


@rfc("OIDC Registration", "2")
def test_a_registered_max_age_of_nought_asks_every_time(browser, server, ana, held_clock):
    app = factories.app(server, default_max_age=0)
    assert steps.authorize(browser, app, ana).code
    held_clock.shift(1)

    page = steps.follow(browser, steps.ask(browser, app))

    assert steps.page_of(page) == "login"
    assert steps.walk(browser, page, ana).code


@rfc("OIDC Registration", "2")
def test_registered_levels_count_where_the_request_names_none(browser, server, ana):
    app = factories.app(server, default_acr_values=[LOA2])
    steps.authorize(browser, app, ana)
    strengthen(server, ana)

    told = [
        level_told(browser, app, **asked)[0]
        for asked in ({}, {"acr_values": LOA3}, acr(LOA3), {"acr_values": PHR})
    ]

    assert told == [LOA2, LOA3, LOA3, LOA3]


@behaviour(116)
@rfc("OIDC Registration", "2")
@pytest.mark.parametrize("must", [True, False])
def test_the_time_of_the_sign_in_is_always_told(browser, server, ana, must):
    app = factories.app(server, require_auth_time=must)

    claims = steps.claims_of(steps.tokens(browser, app, ana)["id_token"])

    assert isinstance(claims["auth_time"], int)
