"""Claims asked for by name: told where they were asked for, and nowhere else (OIDC Core §5.5)."""

import json

import pytest

from tests.auth.oauth import signing
from tests.support import factories, steps
from tests.support.marks import behaviour, rfc

ESSENTIAL = {"essential": True}


@pytest.fixture
def ana(server):
    """A person of whom some things are known."""
    known = {"birthdate": "1990-02-28", "nickname": "Aninha", "website": "https://ana.example/"}
    return factories.person(server, name="Ana Souza", claims=known)


def asked(userinfo=None, id_token=None, **more):
    """The parameter, and the scope of a request that asks for little else."""
    claims = {"userinfo": userinfo, "id_token": id_token} | more
    return {"claims": json.dumps({k: v for k, v in claims.items() if v}), "scope": "openid"}


def told(browser, answer):
    """What userinfo tells, and the claims of the ID token, of a token ``answer``."""
    userinfo = steps.userinfo(browser, answer["access_token"]).json
    return userinfo, steps.claims_of(answer["id_token"])


@behaviour(52, 123)
@rfc("OIDC Core", "5.5")
def test_an_essential_name_asked_of_userinfo_is_there_and_not_in_the_id_token(browser, app, ana):
    answer = steps.tokens(browser, app, ana, **asked(userinfo={"name": ESSENTIAL}))

    userinfo, id_token = told(browser, answer)
    assert userinfo == {"sub": ana.sub, "name": "Ana Souza"}
    assert "name" not in id_token


@rfc("OIDC Core", "5.5")
def test_a_name_asked_of_the_id_token_is_there_and_not_in_userinfo(browser, app, ana):
    answer = steps.tokens(
        browser, app, ana, **asked(id_token={"birthdate": ESSENTIAL, "email": None})
    )

    userinfo, id_token = told(browser, answer)
    assert (id_token["birthdate"], id_token["email"]) == ("1990-02-28", ana.email)
    assert userinfo == {"sub": ana.sub}


@rfc("OIDC Core", "5.5.1")
@pytest.mark.parametrize(
    "how",
    [None, {}, ESSENTIAL, {"essential": False}, {"value": "x"}, {"values": ["x", 1, None]},
     {"essential": True, "value": "x", "purpose": "to know", "max_age": 5}],
    ids=str,
)  # fmt: skip
def test_a_claim_is_told_as_it_is_however_it_was_asked_for(browser, app, ana, how):
    both = {"nickname": how}

    userinfo, id_token = told(browser, steps.tokens(browser, app, ana, **asked(both, both)))

    assert userinfo["nickname"] == id_token["nickname"] == "Aninha"


@behaviour(120)
@rfc("OIDC Core", "5.5.1")
def test_what_the_person_does_not_have_is_left_out_even_where_essential(browser, app, ana):
    both = {"phone_number": ESSENTIAL, "gender": ESSENTIAL, "nickname": ESSENTIAL}

    userinfo, id_token = told(browser, steps.tokens(browser, app, ana, **asked(both, both)))

    assert set(userinfo) == {"sub", "nickname"}
    assert not {"phone_number", "gender"} & set(id_token)


@rfc("OIDC Core", "5.5")
def test_claims_and_scopes_add_up(browser, app, ana):
    more = asked(userinfo={"nickname": None}) | {"scope": "openid email"}

    userinfo, _ = told(browser, steps.tokens(browser, app, ana, **more))

    assert set(userinfo) == {"sub", "nickname", "email", "email_verified"}


@rfc("OIDC Core", "5.5")
def test_what_nobody_here_knows_is_passed_over(browser, app, ana):
    strange = {"http://example.info/claims/groups": None, "cpf": ESSENTIAL, "nickname#pt-BR": None}
    more = asked(userinfo=strange, id_token=strange, verified_claims={"trust": [1]}, x="y")

    answer = steps.tokens(browser, app, ana, **more)

    userinfo, id_token = told(browser, answer)
    assert userinfo == {"sub": ana.sub}
    assert not set(strange) & set(id_token)
    assert "claims" not in steps.claims_of(answer["access_token"])


@behaviour(114)
def test_no_claim_of_the_protocol_is_anybodys_to_set(browser, app, ana, server):
    mine = {
        name: {"value": "mine", "essential": True}
        for name in ("iss", "aud", "exp", "iat", "nonce", "at_hash", "amr", "sid", "azp")
    }
    answer = steps.tokens(browser, app, ana, **asked(mine, mine))

    plain = steps.tokens(browser, app, ana, scope="openid")
    claims, like = (steps.claims_of(each["id_token"]) for each in (answer, plain))
    assert "mine" not in claims.values()
    assert set(claims) == set(like)
    assert (claims["iss"], claims["aud"]) == (server.config["ISSUER"], app.client_id)


@pytest.mark.parametrize("scope", ["openid email", "openid email wallet:read"])
def test_only_what_a_client_could_have_by_its_scopes_may_be_asked_for(browser, server, ana, scope):
    small = factories.app(server, scope=scope)
    both = {"email": None, "nickname": ESSENTIAL, "address": None}

    userinfo, id_token = told(browser, steps.tokens(browser, small, ana, **asked(both, both)))

    assert userinfo == {"sub": ana.sub, "email": ana.email}
    assert "nickname" not in id_token


def test_without_openid_nothing_is_told_by_name(browser, app, ana):
    both = {"email": None}
    more = asked(both, both) | {"scope": "profile"}

    answer = steps.tokens(browser, app, ana, **more)

    assert "id_token" not in answer
    assert "claims" not in steps.claims_of(answer["access_token"])


@rfc("OIDC Core", "5.5")
@pytest.mark.parametrize(
    "claims",
    ["x", "[]", "null", "1", '"userinfo"', "{", '{"userinfo": []}', '{"userinfo": "email"}',
     '{"id_token": 0}', '{"id_token": false}', '{"userinfo": {"email": true}}',
     '{"userinfo": {"email": "yes"}}', '{"userinfo": {"email": []}}',
     '{"id_token": {"email": {"essential": "true"}}}', '{"id_token": {"email": {"essential": 1}}}',
     '{"id_token": {"email": {"essential": null}}}', '{"userinfo": {"email": {"values": "x"}}}',
     '{"userinfo": {"email": {"values": []}}}', '{"userinfo": {}, "userinfo": {}}',
     '{"userinfo": {"email": null, "email": null}}', '{"userinfo": {"a": {"value": NaN}}}',
     '{"userinfo": {"\\ud800": null}}', '{"userinfo": {"\\u0000": null}}',
     '{"userinfo": {"unheard_of": 1}}', '{"id_token": {"sub": {"value": 7}}}',
     '{"id_token": {"sub": {"value": {}}}}', '{"id_token": {"sub": {"values": ["a", ["b"]]}}}',
     '{"id_token": {"sub": {"values": ["a", "b"]}}}', '{"id_token": {"acr": {"value": 1}}}',
     '{"userinfo": {"sub": {"value": "a"}}, "id_token": {"sub": {"value": "b"}}}',
     '{"userinfo": ' * 600, "[" * 3000, '{"userinfo": {"' + "x" * 4000 + '": null}}'],
    ids=lambda claims: claims[:50],
)  # fmt: skip
def test_what_is_malformed_is_refused(browser, app, claims):
    arrived = steps.arrival(steps.ask(browser, app, claims=claims))

    assert arrived.error == "invalid_request"
    assert "claims" in arrived.answer["error_description"]
    steps.assert_plain(arrived.answer["error_description"])


@pytest.mark.parametrize("claims", ["{}", '{"userinfo": {}}', '{"id_token": null}', '{"x": [1]}'])
def test_to_ask_for_nothing_is_no_harm(browser, app, ana, claims):
    answer = steps.tokens(browser, app, ana, claims=claims, scope="openid")

    assert "claims" not in steps.claims_of(answer["access_token"])


@behaviour(27)
def test_it_may_come_in_a_posted_form(browser, app, ana):
    more = asked(userinfo={"nickname": None})

    answer = steps.exchange(
        browser, app, steps.authorize(browser, app, ana, method="POST", **more).code
    )

    assert told(browser, answer.json)[0]["nickname"] == "Aninha"


@rfc("9126", "2.1")
def test_it_may_be_pushed(browser, app, ana):
    request_uri = steps.pushed(browser, app, **asked(id_token={"nickname": ESSENTIAL}))

    code = steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana).code

    assert told(browser, steps.exchange(browser, app, code).json)[1]["nickname"] == "Aninha"
    steps.refused(steps.push(browser, app, claims="{"), "invalid_request")


@rfc("OIDC Core", "6.1")
def test_it_may_be_an_object_in_a_signed_request(browser, server, ana):
    app = signing.app(server)
    token = signing.request_object(
        app, server, scope="openid", claims={"userinfo": {"nickname": None}}
    )

    code = steps.walk(browser, signing.ask(browser, app, token), ana).code

    assert told(browser, steps.exchange(browser, app, code).json)[0]["nickname"] == "Aninha"


@rfc("OIDC Core", "12.2")
def test_a_refresh_tells_the_same(browser, app, ana):
    more = asked({"nickname": None}, {"email": None}) | {"scope": "openid phone"}
    first = steps.tokens(browser, app, ana, **more)

    turned = steps.refresh(browser, app, first["refresh_token"]).json
    narrowed = steps.refresh(browser, app, turned["refresh_token"], scope="openid").json

    for answer in (first, turned, narrowed):
        userinfo, id_token = told(browser, answer)
        assert userinfo == {"sub": ana.sub, "nickname": "Aninha"}
        assert id_token["email"] == ana.email


def test_the_access_token_carries_the_names_for_userinfo_and_no_value(browser, app, ana):
    more = asked({"nickname": None, "email": ESSENTIAL}, {"birthdate": None})

    token = steps.tokens(browser, app, ana, **more)["access_token"]

    assert steps.claims_of(token)["claims"] == ["nickname", "email"]
    assert "Aninha" not in str(steps.claims_of(token))
