"""The rule on a route: scope, owner, audience; and what is published about them."""

import pytest
from flask import g

from app.resource_server import ResourceServer, Trust
from tests.support.marks import abuse, asvs, rfc

WELL_KNOWN = "/.well-known/oauth-protected-resource"


@asvs("10.3.2")
@rfc("6750", "3.1")
def test_a_token_without_the_scope_is_told_which_one(ask, issuer):
    answer = ask(issuer.token(scope="reading readx"))

    assert answer.status_code == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="read"' in challenge


@abuse("F-01")
@pytest.mark.parametrize("who", ["me", "maria", "42"])
def test_a_path_may_name_its_owner_in_three_ways(ask, issuer, who):
    assert ask(issuer.token(user_id=42), f"/people/{who}").status_code == 200


@asvs("10.3.2")
@abuse("F-01")
@pytest.mark.parametrize("who", ["joana", "43", "Maria", "ME", "0042", "None", "maria%20", "4 2"])
def test_a_path_that_names_somebody_else_is_forbidden(ask, issuer, who):
    assert ask(issuer.token(user_id=42), f"/people/{who}").status_code == 403


@abuse("F-01")
def test_without_a_number_in_the_token_no_number_is_its_own(ask, issuer):
    assert ask(issuer.token(), "/people/None").status_code == 403
    assert ask(issuer.token(user_id="42"), "/people/42").status_code == 403


@rfc("9700", "4.15")
def test_an_apps_own_token_is_no_persons(ask, issuer):
    token = issuer.token(sub="shop", client_id="shop")

    assert [ask(token, f"/people/{who}").status_code for who in ("me", "shop")] == [403, 403]


@asvs("10.3.1")
@abuse("F-16")
@rfc("8707", "2")
def test_a_token_for_a_part_opens_that_part_alone(ask, issuer):
    part = issuer.token(aud="https://api.example/vault", scope="read open")
    whole = issuer.token(scope="read open")
    other = issuer.token(aud="https://api.example/attic", scope="read open")

    assert [ask(part, "/vault").status_code, ask(part).status_code] == [200, 401]
    assert [ask(whole, "/vault").status_code, ask(whole).status_code] == [200, 200]
    assert ask(other, "/vault").status_code == 401


@asvs("6.8.4", "10.3.4")
@rfc("9470", "3")
def test_a_route_may_ask_for_a_surer_sign_in(ask, issuer):
    answer = ask(issuer.token(), "/dear")

    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication"' in challenge
    assert 'acr_values="strong stronger"' in challenge
    assert 'max_age="300"' in challenge


@rfc("9728", "3.2")
def test_the_metadata_names_the_issuer_and_every_scope_of_the_whole(api, issuer):
    answer = api.get(WELL_KNOWN)

    assert answer.json == {
        "resource": "https://api.example",
        "authorization_servers": [issuer.url],
        "scopes_supported": ["open", "read"],
        "bearer_methods_supported": ["header"],
    }
    assert "max-age" in answer.headers["Cache-Control"]


@rfc("9728", "3.1")
def test_a_part_has_metadata_of_its_own(api):
    answer = api.get(f"{WELL_KNOWN}/vault")

    assert answer.json["resource"] == "https://api.example/vault"
    assert answer.json["scopes_supported"] == ["open"]
    assert api.get(f"{WELL_KNOWN}/attic").status_code == 404


@rfc("9728", "3.3")
def test_the_challenge_leads_to_metadata_that_names_the_same_resource(api):
    told = api.get("/vault").headers["WWW-Authenticate"].partition('resource_metadata="')[2]
    where = told.partition('"')[0]

    answer = api.get(where.removeprefix("https://api.example"))

    assert where == f"https://api.example{WELL_KNOWN}/vault"
    assert answer.json["resource"] == "https://api.example/vault"


@rfc("9728", "3.1")
def test_an_audience_with_a_path_is_published_under_it(make_api):
    api = make_api(audience="https://host.example/api").test_client()

    assert api.get(f"{WELL_KNOWN}/api").json["resource"] == "https://host.example/api"
    assert api.get(f"{WELL_KNOWN}/api/vault").json["resource"] == "https://host.example/api/vault"
    assert api.get(f"{WELL_KNOWN}/vault").json["resource"] == "https://host.example/api/vault"
    assert f"{WELL_KNOWN}/api" in api.get("/things").headers["WWW-Authenticate"]


def test_a_token_lives_no_longer_than_its_request(make_api, issuer):
    app = make_api()
    with app.test_client() as api:
        api.get("/things", headers={"Authorization": f"Bearer {issuer.token()}"})
        assert g.current_token.subject == "maria"
        api.get("/things")
        assert "current_token" not in g


def test_every_route_says_what_it_requires(make_api):
    app = make_api()
    rules = [rule for rule in app.url_map.iter_rules() if ".well-known" not in rule.rule]
    guarded = [rule for rule in rules if rule.endpoint != "static"]

    assert all(app.view_functions[rule.endpoint].requires for rule in guarded)


def test_the_secret_is_not_shown_with_the_trust():
    trust = Trust("https://issuer.example", "https://api.example", "bank", "hush-hush")

    assert "hush" not in repr(trust)


def test_a_part_asked_for_twice_is_one():
    gate = ResourceServer()

    assert gate.part("vault") is gate.part("vault")


@asvs("8.3.3")
@rfc("8693", "4.1")
@abuse("F-01")
def test_who_acts_onward_with_a_persons_token_has_that_persons_things_and_no_others(ask, issuer):
    acting = issuer.token(client_id="statements", act={"sub": "statements"}, user_id=42)

    assert [ask(acting, f"/people/{who}").status_code for who in ("me", "maria", "42")] == [200] * 3
    for who in ("statements", "joana", "43"):
        assert ask(acting, f"/people/{who}").status_code == 403


@rfc("8693", "4.1")
def test_what_an_api_is_called_opens_nothing_though_it_is_the_actor(ask, issuer):
    own = issuer.token(sub="statements", client_id="statements", act={"sub": "maria"})

    assert [ask(own, f"/people/{who}").status_code for who in ("me", "maria")] == [403, 403]
