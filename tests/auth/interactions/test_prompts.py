"""The prompts and their checks, one row each: what is asked, who is here, where it stops."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pyotp
import pytest

from app.auth.consents import approval
from app.auth.database import db
from app.auth.factors import totp
from app.auth.interactions import policy
from app.auth.interactions.prompt import Situation
from app.auth.interactions.request import AuthorizationRequest
from app.auth.sessions import assurance
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import asvs, behaviour, mission, rfc

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY = None


def here(sub="ana", ago=60, **more):
    """Return whoever signed in ``ago`` seconds before now."""
    auth_time = NOW - timedelta(seconds=ago)
    told = {"user_id": 1, "sub": sub, "auth_time": auth_time, "acr": LOA2, "amr": "pwd"}
    told |= {"must_change_password": False, "must_prove": "", "risk": "allow"}
    told |= {"roles": "user", "institutions": ""}
    return SimpleNamespace(**(told | more))


def asking(prompt="", **more):
    """Return a request for nothing that needs consent."""
    given = {"client_id": "shop", "redirect_uri": "https://shop.example/", "scope": ()}
    given |= {"redirect_uri_sent": True, "audience": "", "asked_at": 0}
    return AuthorizationRequest(**given, prompt=frozenset(prompt.split()), **more)


LOA2, LOA3, PHR = assurance.LADDER
LOGGED_IN = {"login": {"sid": "s"}}
ABLE = {"passkeys": {"told": True}}
MUST = {"acr_essential": True}
JOINED = {"join": {"phone": True}}
# asked, who is here, what was answered in this journey → prompt.check, or None
ROWS = {
    "nobody here": (asking(), NOBODY, {}, "login.nobody_here"),
    "nobody here, though answered": (asking(), NOBODY, LOGGED_IN, "login.nobody_here"),
    "somebody here": (asking(), here(), {}, None),
    "prompt=login": (asking("login"), here(), {}, "login.asked_for"),
    "prompt=login, done": (asking("login"), here(ago=0), LOGGED_IN, None),
    "prompt=select_account": (asking("select_account"), here(), {}, "login.asked_for"),
    "prompt=login consent": (asking("login consent"), here(), {}, "login.asked_for"),
    "max_age reached": (asking(max_age=60), here(ago=60), {}, None),
    "max_age passed": (asking(max_age=60), here(ago=61), {}, "login.too_long_ago"),
    "max_age=0": (asking(max_age=0), here(ago=1), {}, "login.too_long_ago"),
    "max_age=0, done": (asking(max_age=0), here(ago=1), LOGGED_IN, None),
    "no max_age": (asking(), here(ago=10**6), {}, None),
    "hint of who is here": (asking(hinted_sub="ana"), here(), {}, None),
    "hint of another": (asking(hinted_sub="bia"), here(), {}, "login.someone_else"),
    "hint, nobody here": (asking(hinted_sub="bia"), NOBODY, {}, "login.nobody_here"),
    "hint, another came": (
        asking(hinted_sub="bia"),
        here(),
        LOGGED_IN,
        "dead_end.another_came",
    ),
    "hint of nobody we know": (asking(hinted_sub=""), here(), {}, "login.someone_else"),
    "hint, and they left again": (
        asking(hinted_sub="bia"),
        NOBODY,
        LOGGED_IN,
        "login.nobody_here",
    ),
    "a deed": (asking(deed="d"), here(), {}, "approval.waits"),
    "a deed, approved": (asking(deed="d"), here(), {"approval": {"sub": "ana"}}, None),
    "a deed, approved by another": (
        asking(deed="d"),
        here(),
        {"approval": {"sub": "bia"}},
        "approval.waits",
    ),
    "a deed, and a level above": (
        asking(deed="d", acr_values=(PHR,)),
        here(),
        {},
        "approval.waits",
    ),
    "details": (asking(details="[{}]"), here(), {}, "consent.details_asked"),
    "details, allowed": (asking(details="[{}]"), here(), {"consent": {"sub": "ana"}}, None),
    "level reached": (asking(acr_values=(LOA2,)), here(), {}, None),
    "level passed": (asking(acr_values=(LOA2,)), here(acr=PHR), {}, None),
    "one of the levels reached": (asking(acr_values=(PHR, LOA2)), here(), {}, None),
    "level that nobody reaches": (asking(acr_values=("x",)), here(), {}, None),
    "must be reached, is": (asking(acr_values=(LOA2,), **MUST), here(), {}, None),
    "must be reached, nobody can": (
        asking(acr_values=("x",), **MUST),
        here(),
        {},
        "dead_end.out_of_reach",
    ),
    "must be reached, nobody can, nobody here": (
        asking(acr_values=("x",), **MUST),
        NOBODY,
        {},
        "dead_end.out_of_reach",
    ),
    "must be reached, nobody here": (
        asking(acr_values=(LOA2,), **MUST),
        NOBODY,
        {},
        "login.nobody_here",
    ),
    "must be reached, any level": (asking(**MUST), here(), {}, None),
    "password shown, and that is not enough": (
        asking(),
        NOBODY,
        {"password": {"until": NOW.timestamp() + 1}},
        "second_factor.half_signed_in",
    ),
    "password shown too long ago": (
        asking(),
        NOBODY,
        {"password": {"until": NOW.timestamp()}},
        "login.nobody_here",
    ),
    "own deed, lately": (None, here(), {}, None, {"fresh": True}),
    "own deed, long ago": (None, here(ago=301), {}, "step_up.not_fresh", {"fresh": True}),
    "password handed out": (
        asking(),
        here(must_change_password=True),
        {},
        "new_password.handed_out",
    ),
    "handed out, no new login": (
        asking("login"),
        here(must_change_password=True),
        {},
        "login.asked_for",
    ),
    "e-mail not proved": (asking(), here(must_prove="email"), {}, "contact.email_due"),
    "phone not proved": (asking(), here(must_prove="phone"), {}, "contact.phone_due"),
    "both not proved": (asking(), here(must_prove="email phone"), {}, "contact.email_due"),
    "joined with a phone": (asking(), here(), JOINED, "contact.phone_offered"),
    "joined, phone passed by": (asking(), here(), JOINED | {"phone": {"proved": False}}, None),
    "joined, phone passed by, required": (
        asking(),
        here(must_prove="phone"),
        JOINED | {"phone": {"proved": False}},
        "contact.phone_due",
    ),
    "joined without a phone": (asking(), here(), {"join": {"phone": False}}, None),
    "own account, e-mail not proved": (
        None,
        here(must_prove="email"),
        {},
        "contact.email_due",
    ),
    "prompt=consent": (asking("consent"), here(), {}, "consent.asked_for"),
    "prompt=consent, given": (asking("consent"), here(), {"consent": {"sub": "ana"}}, None),
    "prompt=consent, another's": (
        asking("consent"),
        here(),
        {"consent": {"sub": "bia"}},
        "consent.asked_for",
    ),
    "able, just signed in by password": (
        asking(),
        here(),
        LOGGED_IN | ABLE,
        "invitation.offered",
    ),
    "invited, done": (asking(), here(), LOGGED_IN | ABLE | {"invitation": {}}, None),
    "able, came in before": (asking(), here(), ABLE, None),
    "able, on the way to a page of one's own": (None, here(), LOGGED_IN | ABLE, None),
    "able, a level is asked for": (asking(acr_values=(LOA2,)), here(), LOGGED_IN | ABLE, None),
    "able, an age is asked for": (asking(max_age=600), here(), LOGGED_IN | ABLE, None),
    "able, not by password": (asking(), here(amr="swk user mfa"), LOGGED_IN | ABLE, None),
    "able, too long ago": (asking(), here(ago=301), LOGGED_IN | ABLE, None),
    "able, oddly": (asking(), here(risk="step_up"), LOGGED_IN | ABLE, None),
    "own account, nobody": (None, NOBODY, {}, "login.nobody_here"),
    "own account": (None, here(ago=10**6), {}, None),
    "own account, handed out": (
        None,
        here(must_change_password=True),
        {},
        "new_password.handed_out",
    ),
}


@pytest.fixture
def database_kind():
    """What a check looks at was read before, but for consents."""
    return "sqlite"


@rfc("OIDC Core", "3.1.2.1")
@behaviour(43)
def test_a_journey_stops_where_its_checks_say(auth_context):
    for row, (asked, presence, answers, expected, *facts) in ROWS.items():
        found = policy.next_prompt(Situation(asked, presence, NOW, answers, *facts))

        assert (found and f"{found[0].name}.{found[1].name}") == expected, row


# Whoever is here has no second factor, or an authenticator app.
SKIPPED = {"enrolment": {"done": False}}
SHOWN = {"step_up": {"cancelled": True}}
SURER_ROWS = {
    "level too low": (asking(acr_values=(LOA3,)), "enrolment.needed", "step_up.level_too_low"),
    "lowest of the levels": (
        asking(acr_values=(PHR, LOA3)),
        "enrolment.needed",
        "step_up.level_too_low",
    ),
    "the highest alone": (asking(acr_values=(PHR,)), "enrolment.needed", "enrolment.needed"),
    "must be reached": (
        asking(acr_values=(LOA3,), **MUST),
        "enrolment.needed",
        "step_up.level_too_low",
    ),
}


@pytest.fixture
def two(auth_context):
    """Two who are here: one with a password alone, one with an authenticator app beside it."""
    found = []
    for name in ("bia", "ana"):
        user = persons.open_account(f"{name}@example.com")
        found.append(here(user_id=user.id))
    with kept(db):
        setup = totp.begin(user)
        totp.enable(user.id, pyotp.TOTP(setup.secret).now())
    return found


def stops(asked, presence, answers):
    found = policy.next_prompt(Situation(asked, presence, NOW, answers))
    return found and f"{found[0].name}.{found[1].name}"


@rfc("9470", "5")
def test_who_is_not_sure_enough_shows_more_or_sets_it_up_once(two):
    for row, (asked, *expected) in SURER_ROWS.items():
        assert [stops(asked, who, {}) for who in two] == expected, row
    answered = SKIPPED | SHOWN
    for row, (asked, *_) in SURER_ROWS.items():
        told = "dead_end.out_of_reach" if asked.acr_essential else None
        assert [stops(asked, who, answered) for who in two] == [told, told], row


@rfc("OIDC Core", "5.5.1.1")
def test_who_reached_the_level_or_is_not_there_yet_goes_on(two):
    asked = asking(acr_values=(LOA3,), **MUST)

    assert stops(asked, here(acr=LOA3), LOGGED_IN) is None
    assert stops(asked, NOBODY, LOGGED_IN) == "login.nobody_here"


@mission("C33")
def test_where_a_second_factor_is_optional_nobody_is_made_to_set_one_up(two, auth_context):
    auth_context.config["SECOND_FACTOR"] = "optional"
    asked = SURER_ROWS["level too low"][0]

    assert [stops(asked, who, {}) for who in two] == [None, "step_up.level_too_low"]


@asvs("6.3.3")
@mission("C33")
@pytest.mark.parametrize("wanted", ["at_registration", "always"])
def test_where_a_second_factor_is_wanted_who_has_none_sets_one_up(two, auth_context, wanted):
    auth_context.config["SECOND_FACTOR"] = wanted

    due = "step_up.always_due" if wanted == "always" else None
    assert [stops(None, who, {}) for who in two] == ["enrolment.mandated", due]
    assert stops(asking(), two[0], SKIPPED) == "enrolment.mandated"


def test_a_journey_of_our_own_may_ask_for_a_recent_sign_in(auth_context):
    def stops(ago, answers=None, **facts):
        situation = Situation(None, here(ago=ago), NOW, answers or {}, facts)
        found = policy.next_prompt(situation)
        return found and found[1].name

    assert stops(61, max_age=60) == "too_long_ago"
    assert stops(60, max_age=60) is None
    assert stops(61, LOGGED_IN, max_age=60) is None
    assert stops(10_000) is None


def test_every_check_has_a_row():
    named = {f"{p.name}.{c.name}" for p in policy.FOR_AUTHORIZE for c in p.checks}
    stops = {row[3] for row in ROWS.values()}
    stops |= {stop for row in SURER_ROWS.values() for stop in row[1:]}

    assert named == stops - {None} | {
        "consent.more_than_allowed",
        "enrolment.mandated",
        "step_up.always_due",
    }


def test_a_scope_not_yet_allowed_stops_at_consent(auth_context):
    stage.register()
    ana = stage.come_in(persons.open_account())
    asked = asking()
    more = AuthorizationRequest.from_json(asked.as_json().replace('"scope": []', '"scope": ["a"]'))

    [prompt, check] = policy.next_prompt(Situation(more, ana, NOW))
    assert (prompt.name, check.name) == ("consent", "more_than_allowed")
    with kept(db):
        approval.give(ana.user_id, ana.sub, "shop", ["a"])
    assert policy.next_prompt(Situation(more, ana, NOW)) is None


@rfc("OIDC Core", "3.1.2.6")
def test_when_nobody_may_be_asked_each_prompt_has_its_error():
    told = {prompt.name: {c.error for c in prompt.checks} for prompt in policy.FOR_AUTHORIZE}

    assert told == {
        "dead_end": {"login_required", "unmet_authentication_requirements"},
        "approval": {"interaction_required"},
        "login": {"login_required"},
        "second_factor": {"login_required"},
        "step_up": {"login_required"},
        "enrolment": {"interaction_required", "login_required"},
        "contact": {"interaction_required"},
        "invitation": {"interaction_required"},
        "new_password": {"interaction_required"},
        "consent": {"consent_required"},
    }
    assert all(c.description.isascii() for p in policy.FOR_AUTHORIZE for c in p.checks)
    assert set(policy.FOR_ACCOUNT) < set(policy.FOR_AUTHORIZE)
