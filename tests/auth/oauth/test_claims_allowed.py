"""What is asked for by name is allowed by the person first, and remembered beside the scopes."""

import json

import pytest
from sqlalchemy import select

from app.auth.consents.models import Consent
from app.auth.database import db
from tests.support import steps
from tests.support.marks import abuse, rfc


def asked(*names, place="userinfo", scope="openid"):
    """A request for claims by name."""
    return {"claims": json.dumps({place: dict.fromkeys(names)}), "scope": scope}


def page_shown(browser, app, **more):
    """The page that a request stops at, or None: it is answered at once."""
    page = steps.follow(browser, steps.ask(browser, app, **more))
    return page if page.status_code == 200 else None


def kept(server, app, person):
    """What the consent of ``person`` to ``app`` says, or None."""
    mine = select(Consent.scope).filter_by(user_id=person.id, client_id=app.client_id)
    with server.app_context():
        return db.session.scalar(mine)


@rfc("OIDC Core", "5.5")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pt-BR", "Data de nascimento, e-mail. Somente estes."),
        ("en", "Date of birth, e-mail address. Only these."),
    ],
)
def test_the_person_reads_what_it_is_in_one_item(browser, app, ana, language, words):
    more = asked("email", "birthdate") | {"ui_locales": language}

    page = steps.sign_in(browser, page_shown(browser, app, **more), ana)

    assert steps.page_of(page) == "consent"
    assert words in page.text
    assert page.text.count("<li><svg") == 2 + 3  # openid and this; beside them the brand's three
    assert "claim:" not in page.text
    assert steps.walk(browser, page).code


def test_who_says_no_has_allowed_nothing(browser, app, ana, server):
    arrived = steps.authorize(browser, app, ana, decision="deny", **asked("email"))

    assert arrived.error == "access_denied"
    assert kept(server, app, ana) is None


@rfc("OIDC Core", "5.5")
def test_what_was_allowed_is_not_asked_again_and_more_is(browser, app, ana, server):
    steps.authorize(browser, app, ana, **asked("email", "birthdate"))

    assert kept(server, app, ana) == "claim:birthdate claim:email openid"
    assert page_shown(browser, app, **asked("email")) is None
    assert page_shown(browser, app, **asked("email", place="id_token")) is None
    page = page_shown(browser, app, **asked("email", "nickname"))
    assert steps.page_of(page) == "consent"
    assert page.text.count('class="badge"') == 1


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_with_prompt_none_what_was_not_allowed_is_an_error(browser, app, ana, place):
    steps.authorize(browser, app, ana, scope="openid")

    arrived = steps.arrival(
        steps.ask(browser, app, prompt="none", **asked("nickname", place=place))
    )

    assert arrived.error == "consent_required"


def test_a_scope_that_was_allowed_covers_its_claims(browser, app, ana, server):
    steps.authorize(browser, app, ana, scope="openid email")

    assert page_shown(browser, app, **asked("email", "email_verified")) is None
    assert steps.page_of(page_shown(browser, app, **asked("email", "phone_number"))) == "consent"


def test_a_scope_asked_for_beside_them_covers_its_claims(browser, app, ana, server):
    page = page_shown(browser, app, **asked("email", place="id_token", scope="openid email"))
    page = steps.sign_in(browser, page, ana)

    assert "Somente estes." not in page.text
    assert steps.walk(browser, page).code
    assert kept(server, app, ana) == "email openid"


def test_a_claim_that_was_allowed_covers_no_scope(browser, app, ana):
    steps.authorize(browser, app, ana, **asked("email", "email_verified", "profile", "address"))

    for scope in ("email", "profile", "address"):
        assert steps.page_of(page_shown(browser, app, scope=f"openid {scope}")) == "consent"


def test_what_one_person_allowed_one_app_is_theirs_alone(browser, app, other_app, ana, bia, server):
    steps.authorize(browser, app, ana, **asked("email"))

    assert steps.page_of(page_shown(browser, other_app, **asked("email"))) == "consent"
    stranger = server.test_client()
    page = steps.sign_in(stranger, page_shown(stranger, app, **asked("email")), bia)
    assert steps.page_of(page) == "consent"


@abuse("R-20")
def test_names_added_to_the_address_later_are_not_taken(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app, scope="openid"))
    uid = page.request.path.rpartition("/")[2]
    steps.sign_in(browser, page, ana)

    page = browser.get(f"/oauth/authorize/{uid}", query_string=asked("email"))
    arrived = steps.walk(browser, page)

    token = steps.exchange(browser, app, arrived.code).json["access_token"]
    assert "claims" not in steps.claims_of(token)


def test_a_scope_spelt_like_a_claim_in_a_consent_is_no_scope(browser, app, ana):
    arrived = steps.arrival(steps.ask(browser, app, scope="claim:email"))

    assert arrived.error == "invalid_scope"
