"""A client signs that it is itself (RFC 7523, OIDC Core §9): whose, when, what for, and once."""

import base64
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.foundation import clock
from tests.auth.clients.conftest import public, signed
from tests.auth.oauth import asserting
from tests.support import factories, forging, spans, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
OWN = {"grant_type": "client_credentials"}


@pytest.fixture
def database_kind():
    """What is asserted is read in the process; what is marked is tried on both below."""
    return "postgresql"


@pytest.fixture
def app(server):
    """An application that signs by ES256."""
    return asserting.app(server)


def ask(browser, app, **more):
    """Ask for the app's own token; return the response."""
    return asserting.post(browser, app, "/oauth/token", **OWN | more)


def send(browser, value, **more):
    """Ask for a token with ``value`` for an assertion; return the response."""
    form = {"client_assertion_type": asserting.TYPE, "client_assertion": value} | OWN | more
    return browser.post("/oauth/token", data=steps.present(form))


@rfc("7523", "2.2")
@behaviour(17)
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_an_assertion_by_the_clients_key_proves_it(browser, server, alg):
    app = asserting.app(server, alg)

    answer = ask(browser, app, alg=alg)

    assert answer.status_code == 200, answer.text
    assert steps.claims_of(answer.json["access_token"])["client_id"] == app.client_id


@rfc("7523", "2.2")
def test_it_works_wherever_a_client_proves_itself(browser, app, ana):
    code = steps.authorize(browser, app, ana).code
    redeeming = {"redirect_uri": app.redirect_uri, "code_verifier": steps.VERIFIER}
    answer = ask(browser, app, grant_type="authorization_code", code=code, **redeeming)
    assert answer.status_code == 200, answer.text

    refresh = {"grant_type": "refresh_token", "refresh_token": answer.json["refresh_token"]}
    answer = ask(browser, app, **refresh)
    assert answer.status_code == 200

    token = {"token": answer.json["access_token"]}
    assert asserting.post(browser, app, "/oauth/introspect", **token).json["active"] is True
    assert asserting.post(browser, app, "/oauth/revoke", **token).status_code == 200
    assert asserting.post(browser, app, "/oauth/introspect", **token).json == {"active": False}


def test_the_client_id_in_the_form_may_be_there_or_empty_and_must_be_the_same(browser, app, server):
    other = asserting.app(server)

    for given in (None, "", app.client_id):
        assert ask(browser, app, client_id=given).status_code == 200
    for given in (other.client_id, "nobody", app.client_id + " "):
        steps.refused(ask(browser, app, client_id=given), "invalid_client", 401)


@behaviour(76)
@rfc("OIDC Core", "9")
@pytest.mark.parametrize("path", asserting.PLACES)
def test_it_may_be_meant_for_the_issuer_the_token_endpoint_or_the_endpoint_asked(
    browser, server, app, path
):
    issuer = server.config["ISSUER"]

    for audience in (issuer, f"{issuer}/oauth/token", f"{issuer}{path}"):
        for told in (audience, [audience]):
            form = steps.asking(app, scope="wallet:read").to_dict() | OWN | {"token": "x"}
            answer = asserting.post(browser, app, path, **form, claims={"aud": told})
            assert answer.status_code in {200, 201}, (told, answer.text)


AUDIENCES = [
    None, "", "x", 5, True, [], [None], [[]], {}, "http://localhost:3000/", "http://localhost",
    "https://localhost:3000", "http://localhost:3000/oauth", "http://localhost:3000/oauth/token/",
    "http://localhost:3000/oauth/revoke", "http://localhost:3000/bank", "HTTP://LOCALHOST:3000",
    ["http://localhost:3000", "http://localhost:3000/oauth/token"], ["x", "http://localhost:3000"],
    "http://localhost:3000 x", [["http://localhost:3000"]], {"http://localhost:3000": 1},
]  # fmt: skip


@behaviour(94)
@rfc("7523", "3")
@pytest.mark.parametrize("audience", AUDIENCES, ids=str)
def test_it_is_meant_for_nobody_else(browser, app, audience):
    steps.refused(ask(browser, app, claims={"aud": audience}), "invalid_client", 401)


@behaviour(75)
@rfc("FAPI 2.0", "5.3.2.1")
def test_a_strict_client_names_the_issuer_as_a_text_alone(browser, server):
    app, issuer = asserting.app(server, **asserting.STRICT), server.config["ISSUER"]
    asked = steps.asking(app, scope="wallet:read").to_dict() | OWN | {"token": "x"}

    for path in asserting.PLACES:
        assert asserting.post(browser, app, path, **asked).status_code in {200, 201}
        for place in (f"{issuer}{path}", f"{issuer}/oauth/token"):
            for audience in (place, [place], [issuer], [issuer, place]):
                answer = asserting.post(browser, app, path, **asked, claims={"aud": audience})
                steps.refused(answer, "invalid_client", 401)


@behaviour(75)
@pytest.mark.parametrize(
    "registered",
    [
        {"token_endpoint_auth_signing_alg": "ES256"},
        {"require_pushed_authorization_requests": True},
        {
            "token_endpoint_auth_signing_alg": "RS256",
            "require_pushed_authorization_requests": True,
        },
    ],
    ids=["an algorithm alone", "pushing alone", "another algorithm"],
)
def test_half_of_the_shape_makes_no_strict_client(browser, server, registered):
    alg = registered.get("token_endpoint_auth_signing_alg", "ES256")
    app, issuer = asserting.app(server, alg, **registered), server.config["ISSUER"]

    answer = ask(browser, app, alg=alg, claims={"aud": f"{issuer}/oauth/token"})

    assert answer.status_code == 200


@behaviour(77)
@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_clock_a_little_ahead_is_forgiven(browser, app, held_clock, name):
    now = clock.seconds()

    for ahead in (-86_400, 0, 8, 8.5, 60):
        assert ask(browser, app, claims={name: now + ahead}).status_code == 200, ahead
    for ahead in (61, 62.5, 3600, 10**400):
        refused = ask(browser, app, claims={name: now + ahead})
        steps.refused(refused, "invalid_client", 401)
    assert ask(browser, app, claims={"iat": None}).status_code == 200


@behaviour(94)
@rfc("7523", "3")
def test_it_ends_within_the_hour_and_has_not_ended(browser, app, held_clock):
    now = clock.seconds()

    for lives in (1, 60, 59.5, 3600, -9):
        assert ask(browser, app, claims={"exp": now + lives}).status_code == 200, lives
    for lives in (-10, -300, -now, -(10**400), 3601, 3 * 365 * 86_400, 10**400):
        refused = ask(browser, app, claims={"exp": now + lives})
        steps.refused(refused, "invalid_client", 401)


NO_MOMENTS = ["1", True, [], {}, [1], "NaN", float("nan"), float("inf")]


@behaviour(94)
@pytest.mark.parametrize("moment", NO_MOMENTS, ids=str)
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_a_moment_is_a_number(browser, app, name, moment):
    steps.refused(ask(browser, app, claims={name: moment}), "invalid_client", 401)


def test_a_moment_is_there_or_left_out_and_no_null(browser, app):
    for name in ("exp", "iat", "nbf"):
        claims = steps.claims_of(asserting.assertion(app)) | {name: None}
        steps.refused(send(browser, signed(claims=claims)), "invalid_client", 401)


@behaviour(94)
@rfc("7523", "3")
@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "jti"])
def test_what_is_required_may_not_be_left_out(browser, app, name):
    steps.refused(ask(browser, app, claims={name: None}), "invalid_client", 401)


@rfc("7523", "3")
@pytest.mark.parametrize("name", ["iss", "sub"])
@pytest.mark.parametrize("kind", ["other", "text", "list", "number", "empty", "object"])
def test_it_speaks_of_its_client_alone(browser, app, server, name, kind):
    values = {
        "other": asserting.app(server).client_id,
        "text": "nobody\ud800",
        "list": [app.client_id],
        "number": 5,
        "empty": "",
        "object": {app.client_id: 1},
    }

    steps.refused(ask(browser, app, claims={name: values[kind]}), "invalid_client", 401)


@pytest.mark.parametrize("jti", ["", 5, [], {}, True, "a\x00b", "a\nb", "a\ud800"], ids=ascii)
def test_its_name_is_a_text(browser, app, jti):
    steps.refused(ask(browser, app, claims={"jti": jti}), "invalid_client", 401)


@rfc("8725", "3.11")
def test_its_type_if_any_is_that_of_an_assertion(browser, app):
    for good in (None, "JWT", "jwt", "client-authentication+jwt"):
        assert ask(browser, app, header={"typ": good}).status_code == 200, good
    for bad in ("at+jwt", "dpop+jwt", "oauth-authz-req+jwt", "logout+jwt", "", "J"):
        steps.refused(ask(browser, app, header={"typ": bad}), "invalid_client", 401)


@behaviour(94)
@rfc("OIDC Registration", "2")
@pytest.mark.parametrize("registered", ALGORITHMS)
def test_the_algorithm_is_the_registered_one(browser, server, registered):
    keys = {"jwks": {"keys": [public(alg, alg) for alg in ALGORITHMS]}}
    app = asserting.app(server, token_endpoint_auth_signing_alg=registered, **keys)

    for alg in ALGORITHMS:
        answer = ask(browser, app, alg=alg, kid=alg)
        if alg == registered:
            assert answer.status_code == 200
        else:
            steps.refused(answer, "invalid_client", 401)


@asvs("10.4.16")
@behaviour(94)
@abuse("J-01", "J-02", "J-03")
@rfc("8725", "3.1")
@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_no_forged_assertion_proves_anything(browser, server, alg):
    app = asserting.app(server, alg)
    forged = forging.every_way(asserting.assertion(app, alg), public(alg))

    for way, value in forged.items():
        answer = send(browser, value)
        assert (way, answer.status_code, answer.json["error"]) == (way, 401, "invalid_client")
    assert ask(browser, app, alg=alg).status_code == 200


@behaviour(95)
def test_the_key_is_chosen_by_its_name(browser, server):
    app = asserting.app(server, jwks={"keys": [public(kid="k1"), public(kid="k2")]})

    for kid in ("k1", "k2"):
        assert ask(browser, app, kid=kid).status_code == 200
    for kid, named in (("k1", "k2"), ("k3", "k3"), ("k3", "k1")):
        answer = ask(browser, app, kid=kid, header={"kid": named})
        steps.refused(answer, "invalid_client", 401)


@behaviour(95)
@rfc("7591", "2")
def test_keys_at_the_clients_own_address_are_fetched_and_fetched_again_for_a_new_one(
    create_house, listener, monkeypatch
):
    now = [1000.0]
    monkeypatch.setattr(clock, "ticks", lambda: now[0])
    server = create_house("auth", **listener.settings)
    factories.keys(server)
    browser = server.test_client()
    address = listener.answer("/jwks", json={"keys": [public(kid="k1")]})
    app = asserting.app(server, jwks_uri=address)

    assert ask(browser, app, kid="k1").status_code == 200
    steps.refused(ask(browser, app, kid="k2"), "invalid_client", 401)
    listener.answer("/jwks", json={"keys": [public(kid="k2")]})
    now[0] += 60

    assert ask(browser, app, kid="k2").status_code == 200
    assert ask(browser, app, kid="k2").status_code == 200
    steps.refused(ask(browser, app, kid="k1"), "invalid_client", 401)


def test_a_dead_address_of_keys_proves_nothing(create_house, listener):
    server = create_house("auth", **listener.settings)
    factories.keys(server)
    app = asserting.app(server, jwks_uri=listener.url("/nothing"))

    steps.refused(ask(server.test_client(), app), "invalid_client", 401)


@asvs("10.4.16")
@abuse("J-07")
@rfc("7523", "3")
def test_an_assertion_is_good_once_at_every_endpoint(browser, app):
    value = asserting.assertion(app)

    assert send(browser, value).status_code == 200

    for path in asserting.PLACES:
        form = {"client_assertion_type": asserting.TYPE, "client_assertion": value} | OWN
        answer = browser.post(path, data=form | {"token": "x"})
        steps.refused(answer, "invalid_client", 401)


@abuse("J-07")
def test_another_signature_under_the_same_name_is_the_same_assertion(browser, app):
    claims = steps.claims_of(asserting.assertion(app))
    first, second = signed(claims=claims), signed(claims=claims | {"exp": claims["exp"] + 1})
    assert first != second

    assert send(browser, first).status_code == 200
    steps.refused(send(browser, second), "invalid_client", 401)


@abuse("J-07")
def test_names_are_each_clients_own(browser, server, app):
    other = asserting.app(server)

    for signer in (app, other):
        assert ask(browser, signer, claims={"jti": "one"}).status_code == 200
        steps.refused(ask(browser, signer, claims={"jti": "one"}), "invalid_client", 401)


@abuse("J-07")
def test_a_failed_request_uses_the_assertion_up_and_a_forged_one_does_not(browser, app, server):
    good = asserting.assertion(app, jti="mine")
    for wrong in (
        forging.changed(good, exp=steps.claims_of(good)["exp"] + 1),
        asserting.assertion(app, jti="mine", aud="x"),
        asserting.assertion(app, jti="mine", exp=clock.seconds() - 300),
        asserting.assertion(app, jti="mine", kid="k2"),
    ):
        steps.refused(send(browser, wrong), "invalid_client", 401)

    steps.refused(send(browser, good, scope="nothing"), "invalid_scope")
    steps.refused(send(browser, good), "invalid_client", 401)


@abuse("J-07")
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_of_many_at_once_one_is_the_first_and_a_restart_forgets_nothing(
    create_house, new_database, kind
):
    url, many = new_database("auth", kind), 20
    server = create_house("auth", url=url, DATABASE_POOL_SIZE=30)
    factories.keys(server)
    app = asserting.app(server)
    value, start = asserting.assertion(app), Barrier(many)

    def one(_):
        start.wait()
        return send(server.test_client(), value).status_code

    with ThreadPoolExecutor(many) as threads:
        got = sorted(threads.map(one, range(many)))
    assert got == [200] + [401] * (many - 1)

    restarted = create_house("auth", url=url)
    steps.refused(send(restarted.test_client(), value), "invalid_client", 401)


@asvs("16.3.3")
@abuse("T-18")
@behaviour(94)
def test_every_failure_is_told_in_the_same_words_and_logged_with_its_reason(
    browser, server, app, caplog
):
    caplog.set_level(logging.INFO)
    secret = factories.app(server, jwks={"keys": [public()]})
    gone = asserting.app(server)
    factories.disable(server, gone)
    used = asserting.assertion(app)
    send(browser, used)
    unlike = {
        "unknown": send(browser, asserting.assertion(factories.App("nobody", None, "x"))),
        "no assertion": browser.post("/oauth/token", data=OWN | {"client_id": app.client_id}),
        "no type": send(browser, asserting.assertion(app), client_assertion_type=None),
        "other type": send(
            browser,
            asserting.assertion(app),
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        ),
        "disabled": ask(browser, gone),
        "another method": ask(browser, secret),
        "expired": ask(browser, app, claims={"exp": 1}),
        "aud": ask(browser, app, claims={"aud": "x"}),
        "key": ask(browser, app, kid="k2"),
        "replayed": send(browser, used),
        "garbage": send(browser, "x"),
    }

    assert (
        len({(a.status_code, a.data, a.headers["WWW-Authenticate"]) for a in unlike.values()}) == 1
    )
    steps.refused(unlike["expired"], "invalid_client", 401)
    for reason in ("exp", "aud", "shown before", "not a JWS", "client_assertion_type"):
        assert f"'{reason}'" in caplog.text, reason
    assert used not in caplog.text


def test_on_a_developers_machine_the_reason_can_be_read(browser, app):
    answer = ask(browser, app, claims={"aud": "x"})

    page = browser.get(
        f"/dev/explain/{answer.headers['X-Request-Id']}", headers={"Accept": "application/json"}
    )
    assert page.json["detail"] == "aud"
    assert page.json["check"] == "oauth.client_auth.private_key_jwt"
    assert "RFC 7523 §2.2" in page.json["clauses"]
    assert "eyJ" not in page.text


def test_an_assertion_in_the_query_proves_nothing(browser, app):
    answer = browser.post("/oauth/token", query_string=asserting.proof(app), data=OWN)

    steps.refused(answer, "invalid_client", 401)


@rfc("6749", "2.3")
def test_with_another_method_beside_it_the_request_is_refused(browser, server, app):
    secret = factories.app(server)
    header = {"Authorization": steps.basic(secret.client_id, secret.client_secret)}
    form = OWN | asserting.proof(app)

    steps.refused(browser.post("/oauth/token", data=form, headers=header), "invalid_request")
    more = {"client_id": app.client_id, "client_secret": "x" * 43}
    steps.refused(browser.post("/oauth/token", data=form | more), "invalid_request")


@asvs("10.4.16")
def test_a_client_that_signs_proves_itself_in_no_other_way(browser, app, ana):
    code = steps.authorize(browser, app, ana).code

    for method in ("none", "client_secret_basic", "client_secret_post"):
        disguised = factories.App(app.client_id, "x" * 43, method, app.described)
        steps.refused(steps.exchange(browser, disguised, code), "invalid_client", 401)


def test_a_public_client_shows_no_assertion(browser, public_app, ana):
    code = steps.authorize(browser, public_app, ana).code

    for shown in (
        {"client_assertion": "e30.e30.AAAA", "client_assertion_type": asserting.TYPE},
        {"client_assertion": "x"},
        {"client_assertion_type": asserting.TYPE},
    ):
        steps.refused(steps.exchange(browser, public_app, code, **shown), "invalid_client", 401)
    empty = {"client_assertion": "", "client_assertion_type": ""}
    assert steps.exchange(browser, public_app, code, **empty).status_code == 200


def quick(browser, value):
    """Send ``value`` for an assertion; assert that it is refused after little work."""
    answer, spent = spans.work(lambda: send(browser, value))
    assert spent < 0.2
    assert answer.status_code in {400, 401, 413}
    return answer


@abuse("J-10")
def test_a_giant_assertion_is_refused_at_once(browser, app):
    header, claims, signature = asserting.assertion(app).split(".")
    giant = "A" * 1_000_000

    for value in (
        f"{giant}.{claims}.{signature}",
        f"{header}.{giant}.{signature}",
        f"{header}.{claims}.{giant}",
        f"{header}.{claims}." + "A" * 50_000,
        "." * 60_000,
        forging.part({"alg": "ES256", "kid": "k" * 12_000}) + f".{claims}.{signature}",
        forging.part(b"[" * 10_000) + f".{claims}.{signature}",
        f"{header}.{forging.part(b'[' * 10_000)}.{signature}",
    ):
        quick(browser, value)


@abuse("J-11")
@rfc("8725", "3.2")
def test_an_encrypted_assertion_is_refused_before_any_work(browser, app):
    bomb = base64.urlsafe_b64encode(zlib.compress(b"0" * 8_000_000)).rstrip(b"=").decode()[:14_000]
    headers = (
        {"alg": "dir", "enc": "A128GCM", "zip": "DEF"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"},
        {"alg": "RSA1_5", "enc": "A128CBC-HS256"},
        {"alg": "RSA-OAEP", "enc": "A128GCM", "cty": "JWT"},
    )

    for header in headers:
        steps.refused(
            quick(browser, f"{forging.part(header)}.AAAA.AAAA.{bomb}.AAAA"), "invalid_client", 401
        )
        steps.refused(quick(browser, f"{forging.part(header)}.{bomb}.AAAA"), "invalid_client", 401)


def test_a_key_of_the_clients_that_is_for_encryption_signs_nothing(browser, server):
    app = asserting.app(server, jwks={"keys": [public(use="enc")]})

    steps.refused(ask(browser, app), "invalid_client", 401)


def test_what_the_client_signed_for_something_else_is_no_assertion(browser, app):
    request = {"iss": app.client_id, "aud": "http://localhost:3000", "exp": clock.seconds() + 60}

    for more in ({}, {"client_id": app.client_id, "jti": "a", "response_type": "code"}):
        steps.refused(send(browser, signed(claims=request | more)), "invalid_client", 401)
