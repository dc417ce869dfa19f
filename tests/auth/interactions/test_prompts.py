"""The prompts and their checks, one row each: what is asked, who is here, where it stops."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.auth.consents import approval
from app.auth.database import db
from app.auth.interactions import policy
from app.auth.interactions.prompt import Situation
from app.auth.interactions.request import AuthorizationRequest
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import behaviour, rfc

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY = None


def here(sub="ana", ago=60, **more):
    """Return whoever signed in ``ago`` seconds before now."""
    auth_time = NOW - timedelta(seconds=ago)
    told = {"user_id": 1, "sub": sub, "auth_time": auth_time, "must_change_password": False}
    return SimpleNamespace(**(told | more))


def asking(prompt="", **more):
    """Return a request for nothing that needs consent."""
    given = {"client_id": "shop", "redirect_uri": "https://shop.example/", "scope": ()}
    given |= {"redirect_uri_sent": True, "audience": "", "asked_at": 0}
    return AuthorizationRequest(**given, prompt=frozenset(prompt.split()), **more)


LOGGED_IN = {"login": {"sid": "s"}}
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
    "hint, another came": (asking(hinted_sub="bia"), here(), LOGGED_IN, "login.someone_else"),
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
    "prompt=consent": (asking("consent"), here(), {}, "consent.asked_for"),
    "prompt=consent, given": (asking("consent"), here(), {"consent": {"sub": "ana"}}, None),
    "prompt=consent, another's": (
        asking("consent"),
        here(),
        {"consent": {"sub": "bia"}},
        "consent.asked_for",
    ),
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
    for row, (asked, presence, answers, expected) in ROWS.items():
        found = policy.next_prompt(Situation(asked, presence, NOW, answers))

        assert (found and f"{found[0].name}.{found[1].name}") == expected, row


def test_a_journey_of_our_own_may_ask_for_a_recent_sign_in():
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

    assert named == {row[3] for row in ROWS.values()} - {None} | {"consent.more_than_allowed"}


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
        "login": {"login_required"},
        "new_password": {"interaction_required"},
        "consent": {"consent_required"},
    }
    assert all(c.description.isascii() for p in policy.FOR_AUTHORIZE for c in p.checks)
    assert set(policy.FOR_ACCOUNT) < set(policy.FOR_AUTHORIZE)
