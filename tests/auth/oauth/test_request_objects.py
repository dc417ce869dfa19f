"""A signed request is come, and what it says wins (RFC 9101, OIDC Core §6.1)."""

import ast
import json
from pathlib import Path

import pytest

from app.auth.oauth import checks
from app.auth.oauth.draft import PARAMETERS
from tests.auth.clients.conftest import key, public, signed
from tests.auth.oauth import signing
from tests.support import factories, forging, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

EVIL = "https://evil.example/cb"


@pytest.fixture
def database_kind():
    """Objects are read in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def signer(server):
    """An application that signs with ES256."""
    return signing.app(server)


@pytest.fixture
def come(browser, server, signer):
    """Come with a request object of ``signer``, changed so; return the response."""

    def ask(outside=None, **changed):
        token = signing.request_object(signer, server, **changed)
        return signing.ask(browser, signer, token, **outside or {})

    return ask


@rfc("9101", "6.2")
@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "PS256", "RS256"])
@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "JWT", "jwt", None])
def test_a_request_signed_by_its_client_leads_to_tokens(browser, server, ana, alg, typ):
    app = signing.app(server, alg)
    token = signing.request_object(app, server, alg, header={"typ": typ})

    arrived = steps.walk(browser, signing.ask(browser, app, token), ana)

    assert arrived.answer["state"] == "inside"
    assert steps.exchange(browser, app, arrived.code).status_code == 200


@behaviour(51)
@rfc("OIDC Core", "6.1")
def test_what_is_inside_wins_over_what_is_outside(browser, server, ana):
    uris = ["https://rp.example/inside", "https://rp.example/outside"]
    app = signing.app(server, redirect_uris=uris)
    outside = {
        "redirect_uri": uris[1],
        "state": "outside",
        "nonce": "outside",
        "scope": "openid profile wallet:read",
        "response_type": "token",
        "prompt": "none",
    }
    inside = {"prompt": "login"}
    token = signing.request_object(
        app, server, redirect_uri=uris[0], nonce="inside", scope="openid", **inside
    )

    arrived = steps.walk(browser, signing.ask(browser, app, token, **outside), ana)

    assert arrived.address.startswith(f"{uris[0]}?")
    assert arrived.answer["state"] == "inside"
    answer = steps.exchange(browser, app, arrived.code, redirect_uri=uris[0]).json
    assert answer["scope"] == "openid"
    assert steps.claims_of(answer["id_token"])["nonce"] == "inside"


@behaviour(51)
def test_an_address_outside_that_is_nobodys_does_not_count(come, browser, ana, signer):
    arrived = steps.walk(browser, come({"redirect_uri": EVIL}), ana)

    assert arrived.address.startswith(f"{signer.redirect_uri}?")


@rfc("OIDC Core", "6.1")
def test_what_is_only_outside_is_taken_too(browser, server, signer, ana):
    token = signing.request_object(signer, server, state=None, redirect_uri=None, scope=None)
    outside = {"state": "o", "redirect_uri": signer.redirect_uri, "scope": "openid", "nonce": "n"}

    arrived = steps.walk(browser, signing.ask(browser, signer, token, **outside), ana)

    assert arrived.answer["state"] == "o"
    answer = steps.exchange(browser, signer, arrived.code).json
    assert steps.claims_of(answer["id_token"])["nonce"] == "n"


@rfc("9101", "6.3")
def test_of_a_client_that_must_sign_only_what_is_inside_counts(browser, server, ana):
    app = signing.app(server, require_signed_request_object=True)
    token = signing.request_object(app, server, state=None)
    outside = {"state": "o", "nonce": "n", "prompt": "none", "max_age": "x", "scope": "wallet:read"}

    arrived = steps.walk(browser, signing.ask(browser, app, token, **outside), ana)

    assert set(arrived.answer) == {"code", "iss"}
    answer = steps.exchange(browser, app, arrived.code).json
    assert answer["scope"] == "openid profile"
    assert "nonce" not in steps.claims_of(answer["id_token"])
    repeated = signing.ask(browser, app, token, state=["a", "b"])
    assert "code" in steps.walk(browser, repeated).answer


@rfc("9101", "6.3")
def test_what_a_client_that_must_sign_left_out_is_missing(browser, server):
    app = signing.app(server, require_signed_request_object=True)
    token = signing.request_object(app, server, redirect_uri=None)

    asked = steps.ask(browser, app, request=token)
    steps.told(asked, "invalid_request_object")
    token = signing.request_object(app, server, code_challenge=None, code_challenge_method=None)
    assert steps.arrival(steps.ask(browser, app, request=token)).error == "invalid_request"


@behaviour(82)
@rfc("9101", "10.5")
def test_a_client_that_must_sign_is_refused_a_plain_request(browser, server):
    app = signing.app(server, require_signed_request_object=True)

    assert steps.arrival(steps.ask(browser, app)).error == "invalid_request"
    steps.refused(steps.push(browser, app), "invalid_request")
    steps.told(steps.ask(browser, app, redirect_uri=EVIL), "invalid_request")


def test_a_request_object_may_come_again_while_it_lives(browser, server, signer, ana):
    token = signing.request_object(signer, server, jti="once")
    page = steps.follow(browser, signing.ask(browser, signer, token))
    reloaded = steps.follow(browser, signing.ask(browser, signer, token))
    assert [steps.page_of(each) for each in (page, reloaded)] == ["login", "login"]

    first = steps.walk(browser, reloaded, ana).code

    assert steps.arrival(signing.ask(browser, signer, token)).code != first


@rfc("6749", "3.1")
def test_an_empty_value_inside_is_an_absent_one_and_wins_too(browser, come, ana):
    arrived = steps.walk(browser, come({"state": "outside"}, state=""), ana)

    assert "state" not in arrived.answer


@rfc("OIDC Core", "6.1")
def test_numbers_and_objects_have_their_places(browser, come, ana, held_clock):
    claims = {"userinfo": {"email": {"essential": True}}}
    assert steps.walk(browser, come(max_age=60, claims=claims), ana).code
    held_clock.shift(61)

    assert steps.page_of(steps.follow(browser, come(max_age=60))) == "login"


@rfc("7519", "4")
def test_a_claim_nobody_knows_is_passed_over_whatever_it_is(browser, come, ana):
    odd = {"jti": "1", "extra": [1, {"a": None}], "registration": {}, "display": 5, "sub": "x"}

    assert steps.walk(browser, come(**odd), ana).code


JSON_IN = {("max_age", int), ("claims", dict), ("authorization_details", list)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in PARAMETERS
        for value in (["openid"], {"a": 1}, True, 5, 1.5, [], {}, False)
        if (name, type(value)) not in JSON_IN
        and (name, value) != ("resource", ["openid"])  # several may be named (RFC 8707 §2)
    ]
    + [("resource", [5]), ("resource", ["x", ["y"]]), ("resource", [None])],
    ids=str,
)
def test_a_parameter_of_another_type_is_refused(come, signer, name, value):
    arrived = steps.arrival(come({"redirect_uri": signer.redirect_uri}, **{name: value}))

    assert arrived.error == "invalid_request_object"
    steps.assert_plain(arrived.answer["error_description"])


def test_null_is_no_value(come, server, browser, signer):
    now = signing.clock.seconds()
    told = {"iss": signer.client_id, "aud": server.config["ISSUER"], "exp": now + 9, "state": None}

    asked = steps.ask(browser, signer, request=signed(claims=told))

    assert steps.arrival(asked).error == "invalid_request_object"


@asvs("1.4.2")
@pytest.mark.parametrize("value", [10**400, -1, 10**10])
def test_an_age_beyond_all_sense_is_refused(come, value):
    assert steps.arrival(come(max_age=value)).error == "invalid_request"


def test_every_parameter_that_a_check_reads_is_known_to_be_one():
    read = {
        node.args[0].value
        for file in Path(checks.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "asked.get"
    }

    assert read - {"request", "request_uri"} <= set(PARAMETERS)


@abuse("R-10", "T-22")
@rfc("9101", "10.2")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", ""])
def test_an_unsigned_request_object_is_refused_and_never_read(browser, server, signer, alg, method):
    token = signing.request_object(signer, server, redirect_uri=EVIL, scope="wallet:transfer")
    unsigned = forging.unsigned(token, alg)

    asked = steps.ask(browser, signer, method=method, request=unsigned)

    arrived = steps.arrival(steps.follow(browser, asked))
    assert arrived.error == "invalid_request_object"
    assert arrived.address.startswith(f"{signer.redirect_uri}?")
    assert arrived.answer["state"] == "s-1"
    alone = steps.follow(browser, signing.ask(browser, signer, unsigned))
    steps.told(alone, "invalid_request_object")
    outside = steps.ask(browser, signer, request=unsigned, redirect_uri=EVIL)
    steps.told(outside, "invalid_request_object")


@abuse("J-01", "J-02", "J-03", "R-10")
@behaviour(79)
@rfc("8725", "3.1")
@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_no_forged_request_object_is_taken_here_or_pushed(browser, server, alg):
    app = signing.app(server, alg)
    token = signing.request_object(app, server, alg)

    for name, forged in forging.every_way(token, public(alg)).items():
        arrived = steps.arrival(steps.ask(browser, app, request=forged))
        assert arrived.error == "invalid_request_object", name
        steps.refused(steps.push(browser, app, request=forged), "invalid_request_object")

    assert steps.push(browser, app, request=token).status_code == 201


@abuse("J-02")
def test_a_client_secret_signs_no_request_object(browser, server, signer):
    token = signing.request_object(signer, server)

    forged = forging.hmac_by(token, signer.client_secret.encode())

    arrived = steps.arrival(steps.ask(browser, signer, request=forged))
    assert arrived.error == "invalid_request_object"


@behaviour(79)
def test_the_key_must_be_the_clients_own(browser, server, app, signer):
    stranger = signing.app(server)  # of the same key, but another client
    mine = signing.request_object(signer, server)

    for other in (stranger, app):
        arrived = steps.arrival(steps.ask(browser, other, request=mine))
        assert arrived.error == "invalid_request_object"
    other_key = signing.request_object(signer, server, "RS256")
    arrived = steps.arrival(steps.ask(browser, signer, request=other_key))
    assert arrived.error == "invalid_request_object"


@behaviour(79)
@rfc("9101", "10.5")
def test_a_client_that_registered_an_algorithm_signs_with_that_one_alone(browser, server, ana):
    keys = {"jwks": {"keys": [public("PS256", kid="p"), public("ES256", kid="e")]}}
    app = factories.app(server, request_object_signing_alg="PS256", **keys)

    def asked(alg, kid):
        token = signing.request_object(app, server)
        claims = steps.claims_of(token)
        return steps.ask(browser, app, request=signed(alg, kid, claims=claims))

    assert key("PS256", "p")
    assert steps.arrival(asked("ES256", "e")).error == "invalid_request_object"
    assert steps.walk(browser, asked("PS256", "p"), ana).code


@behaviour(79)
@rfc("9101", "10.5")
def test_the_key_may_be_published_at_the_clients_address(create_house, listener):
    listener.answer("/jwks", json={"keys": [public()]})
    server = create_house("auth", **listener.settings)
    factories.keys(server)
    browser, ana = server.test_client(), factories.person(server)
    app = factories.app(server, jwks_uri=listener.url("/jwks"))
    token = signing.request_object(app, server)

    arrived = steps.walk(browser, signing.ask(browser, app, token), ana)

    assert steps.exchange(browser, app, arrived.code).status_code == 200
    assert steps.push(browser, app, request=token).status_code == 201
    assert len(listener.requests) == 1


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "", "JWE", 5, ["JWT"], {}, True])
def test_a_token_of_another_type_is_no_request_object(browser, server, signer, typ):
    claims = steps.claims_of(signing.request_object(signer, server))
    token = signing.by_hand(json.dumps(claims).encode(), typ=typ)

    arrived = steps.arrival(steps.ask(browser, signer, request=token))

    assert arrived.error == "invalid_request_object"


@abuse("J-10", "J-11")
@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/par"])
def test_giant_and_encrypted_objects_are_refused_before_any_work(browser, signer, path):
    jwe = {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA", "zip": "DEF"}
    weak = {"alg": "RSA1_5", "enc": "A128CBC-HS256"}
    big = forging.part(b"x" * 20_000)
    for token in (
        f"{forging.part(jwe)}.AAAA.AAAA.{big}.AAAA",
        f"{forging.part(weak)}.{big}.AAAA.AAAA.AAAA",
        f"{big}.e30.AAAA",
        f"{forging.part({'alg': 'ES256'})}.{big}.AAAA",
        f"{forging.part({'alg': 'ES256'})}.e30.{big}",
    ):
        headers, _ = steps.credentials(signer)
        form = steps.asking(signer, request=token)
        started = signing.clock.ticks()
        answer = browser.post(path, data=form, headers=headers)
        assert signing.clock.ticks() - started < 0.2
        assert "invalid_request_object" in answer.headers.get("Location", "") + answer.text


@rfc("6749", "3.1")
def test_a_request_object_that_comes_twice_is_not_opened(browser, server, signer):
    token = signing.request_object(signer, server)

    twice = steps.arrival(steps.ask(browser, signer, request=[token, token]))

    assert twice.error == "invalid_request"
    steps.refused(steps.push(browser, signer, request=[token, token]), "invalid_request")
    steps.told(signing.ask(browser, signer, [token, token]), "invalid_request")


def test_what_came_twice_outside_is_still_refused(come):
    assert steps.arrival(come({"state": ["a", "b"]})).error == "invalid_request"


@behaviour(72, 74)
@rfc("9126", "3")
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"request_uri": "https://evil.example/"}, "invalid_request_object"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request_object"),
        ({"request": "x"}, "invalid_request_object"),
        ({"redirect_uri": EVIL}, "invalid_request_object"),
        ({"redirect_uri": None}, "invalid_request_object"),
        ({"aud": "https://evil.example"}, "invalid_request_object"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
    ids=str,
)
def test_a_signed_request_is_checked_when_it_is_pushed(browser, server, wrong, error):
    app = signing.app(server, require_signed_request_object=True)
    token = signing.request_object(app, server, **wrong)

    steps.refused(steps.push(browser, app, request=token), error)


@rfc("9126", "3")
@pytest.mark.parametrize("must", [True, False])
def test_a_signed_request_is_pushed_and_outlives_its_object(browser, server, ana, held_clock, must):
    app = signing.app(server, require_signed_request_object=must)
    token = signing.request_object(app, server, exp=signing.clock.seconds() + 5)
    request_uri = steps.pushed(browser, app, request=token, state="outside")
    held_clock.shift(30)

    arrived = steps.walk(browser, steps.open_pushed(browser, app, request_uri), ana)

    assert arrived.answer["state"] == "inside"
