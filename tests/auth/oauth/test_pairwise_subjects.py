"""A person has another name before each sector that asks for one of its own (OIDC Core §8)."""

import pytest

from app.auth.accounts import subject
from app.auth.clients import metadata
from app.auth.consents import scopes
from tests.auth import stage
from tests.support import factories, steps
from tests.support.marks import behaviour, rfc

SCOPE = "openid profile email offline_access"


@pytest.fixture
def pairwise_app(server):
    """Make apps that know people by a name of their own: ``pairwise_app("shop.example")``."""

    def make(host, **described):
        described = {"subject_type": "pairwise", "scope": SCOPE} | described
        return factories.app(server, redirect_uris=[f"https://{host}/cb"], **described)

    return make


def signed_in_as(server, app, person):
    """Return the ID token's claims and the whole token answer of a sign-in."""
    answer = steps.tokens(server.test_client(), app, person, scope=SCOPE)
    return steps.claims_of(answer["id_token"]), answer


@rfc("OIDC Core", "8.1")
@behaviour(115, 141)
def test_each_sector_knows_a_person_by_a_name_of_its_own(server, pairwise_app, ana, bia):
    shop, bakery = pairwise_app("shop.example"), pairwise_app("bakery.example")

    at_shop, _ = signed_in_as(server, shop, ana)
    again, _ = signed_in_as(server, shop, ana)
    at_bakery, _ = signed_in_as(server, bakery, ana)
    another, _ = signed_in_as(server, shop, bia)

    assert at_shop["sub"] == again["sub"]
    assert len({ana.sub, at_shop["sub"], at_bakery["sub"], another["sub"]}) == 4


@rfc("OIDC Core", "8.1")
def test_apps_of_one_sector_share_the_name(server, pairwise_app, ana):
    one, _ = signed_in_as(server, pairwise_app("shop.example"), ana)
    other, _ = signed_in_as(server, pairwise_app("shop.example"), ana)

    assert one["sub"] == other["sub"]


@behaviour(119)
def test_every_answer_calls_the_person_by_the_same_name(server, browser, pairwise_app, ana):
    app = pairwise_app("shop.example")
    claims, answer = signed_in_as(server, app, ana)

    told = steps.userinfo(browser, answer["access_token"]).json
    assert (told["sub"], told["email"]) == (claims["sub"], ana.email)
    assert steps.introspect(browser, app, answer["access_token"]).json["sub"] == claims["sub"]
    assert steps.introspect(browser, app, answer["refresh_token"]).json["sub"] == claims["sub"]
    turned = steps.refresh(browser, app, answer["refresh_token"]).json
    assert steps.claims_of(turned["id_token"])["sub"] == claims["sub"]
    assert steps.userinfo(browser, turned["access_token"]).json["sub"] == claims["sub"]
    assert ana.sub not in f"{claims}{told}{steps.claims_of(answer['access_token'])}"


@behaviour(43)
def test_a_hint_with_that_name_is_understood(server, browser, pairwise_app, ana, bia):
    app = pairwise_app("shop.example")
    answer = steps.tokens(browser, app, ana, scope=SCOPE)
    asked = {"scope": SCOPE, "prompt": "none", "id_token_hint": answer["id_token"]}

    assert "code" in steps.arrival(steps.ask(browser, app, **asked)).answer
    stranger = server.test_client()
    steps.tokens(stranger, app, bia, scope=SCOPE)
    refusal = steps.arrival(steps.ask(stranger, app, **asked))
    assert refusal.answer["error"] == "login_required"


@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_many_who_meet_a_person_at_once_learn_one_name(server, ana):
    def meet(_number):
        return subject.of(ana, "crowd.example")

    names = stage.all_at_once(server, meet, 16)

    assert len(set(names)) == 1
    with server.app_context():
        assert subject.public(names[0], "crowd.example") == ana.sub
        assert subject.public(names[0], "other.example") is None


REFUSED = {
    "a bank's permission": {"scope": "openid wallet:read"},
    "two hosts and no sector": {"redirect_uris": ["https://a.example/", "https://b.example/"]},
    "no host": {"redirect_uris": ["com.example.shop:/cb"], "application_type": "native"},
    "no address": {"redirect_uris": [], "grant_types": ["client_credentials"]},
}


@rfc("OIDC Registration", "5")
@pytest.mark.parametrize("case", REFUSED)
def test_what_no_sector_can_be_told_of_is_refused(case):
    described = {"redirect_uris": ["https://a.example/"], "scope": "openid"} | REFUSED[case]

    with pytest.raises(metadata.InvalidMetadata):
        metadata.check(described | {"subject_type": "pairwise"}, scopes.CATALOGUE)
