"""A client proves itself by the one method it registered (RFC 6749 §2.3)."""

import base64

import pytest

from tests.auth.oauth.inputs import FORMS
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

ODD = "a:b%c+d é&=" + "x" * 32


@pytest.fixture
def database_kind():
    """Secrets are compared in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def code(browser, app, ana):
    """A code that Ana let the app have."""
    return steps.authorize(browser, app, ana).code


def raw_basic(pair):
    """A Basic header of bytes as they are."""
    return "Basic " + base64.b64encode(pair).decode()


def ask_with(browser, header, **fields):
    """Ask for a client's own token under an Authorization ``header``; return the response."""
    form = {"grant_type": "client_credentials", "scope": "wallet:read"} | fields
    return browser.post("/oauth/token", data=form, headers={"Authorization": header})


@behaviour(93)
@rfc("6749", "2.3.1")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_each_confidential_method_works_for_who_registered_it(browser, server, ana, method):
    app = factories.app(server, method)

    assert "access_token" in steps.tokens(browser, app, ana)


@behaviour(93)
@abuse("T-10")
@pytest.mark.parametrize("registered", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("used", ["client_secret_basic", "client_secret_post", "none"])
def test_no_other_method_works(browser, server, ana, registered, used):
    app = factories.app(server, registered)
    code = steps.authorize(browser, app, ana).code
    disguised = factories.App(app.client_id, app.client_secret, used, app.described)

    answer = steps.exchange(browser, disguised, code)

    if used == registered:
        assert answer.status_code == 200
    else:
        steps.refused(answer, "invalid_client", 401)
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@asvs("10.4.10")
@abuse("T-10")
@rfc("6749", "3.2.1")
def test_a_confidential_client_cannot_exchange_by_its_id_alone(browser, app, code):
    naked = factories.App(app.client_id, None, "none", app.described)

    steps.refused(steps.exchange(browser, naked, code), "invalid_client", 401)

    assert steps.exchange(browser, app, code).status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_public_client_cannot_pretend_to_have_a_secret(browser, public_app, ana, method):
    code = steps.authorize(browser, public_app, ana).code
    boasting = factories.App(public_app.client_id, "x" * 43, method, public_app.described)

    steps.refused(steps.exchange(browser, boasting, code), "invalid_client", 401)


@rfc("6749", "3.2")
def test_an_empty_secret_is_none(browser, public_app, app, ana):
    code = steps.authorize(browser, public_app, ana).code
    assert steps.exchange(browser, public_app, code, client_secret="").status_code == 200

    form = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": ""}
    steps.refused(browser.post("/oauth/token", data=form), "invalid_client", 401)
    assert steps.post(browser, app, "/oauth/token", **form).status_code == 200


@abuse("T-12")
@behaviour(93)
@rfc("6749", "2.3.1")
def test_the_header_is_form_encoded_and_nothing_else_passes(browser, server):
    app = factories.app(server, client_secret=ODD)
    client_id = app.client_id.encode()

    assert ask_with(browser, steps.basic(app.client_id, ODD)).status_code == 200
    for pair in (
        client_id + b":" + ODD.encode(),
        client_id + b":" + ODD.encode("latin-1"),
        client_id + b":" + ODD.replace(":", "%3A").encode(),
    ):
        steps.refused(ask_with(browser, raw_basic(pair)), "invalid_client", 401)


@abuse("T-12")
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b" ", b"%0A", b"+", b"\0", b":"])
def test_nothing_may_follow_the_secret(browser, app, end):
    pair = f"{app.client_id}:{app.client_secret}".encode()

    assert ask_with(browser, raw_basic(pair)).status_code == 200
    steps.refused(ask_with(browser, raw_basic(pair + end)), "invalid_client", 401)


@rfc("7617", "2")
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_may_be_in_any_letter_case(browser, app, scheme):
    header = steps.basic(app.client_id, app.client_secret)

    assert ask_with(browser, header.replace("Basic", scheme)).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic ", "Basic /w==", "Basic ====", "Basic x", "Basic Og==", "Bearer x",
     "Negotiate x", "Basic\tx", "Basic YQ==", "Basic " + "QUJD" * 5000, "Basic ÿ", "é"],
)  # fmt: skip
def test_a_header_that_proves_nothing_is_refused(browser, header):
    answer = ask_with(browser, header)

    assert answer.status_code in {400, 401}
    assert answer.json["error"] in {"invalid_client", "invalid_request"}


@behaviour(93)
def test_the_body_takes_the_secret_raw(browser, server):
    app = factories.app(server, "client_secret_post", client_secret=ODD)

    answer = steps.post(browser, app, "/oauth/token", grant_type="client_credentials")

    assert answer.status_code == 200
    encoded = {"client_secret": "a%3Ab%25c%2Bd+%C3%A9%26%3D" + "x" * 32}
    answer = steps.post(browser, app, "/oauth/token", grant_type="client_credentials", **encoded)
    steps.refused(answer, "invalid_client", 401)


@rfc("6749", "2.3")
@pytest.mark.parametrize("path", FORMS)
def test_two_methods_in_one_request_are_refused(browser, app, path):
    form = {"grant_type": "client_credentials", "token": "x", "client_id": app.client_id}

    both = steps.post(browser, app, path, **form, client_secret=app.client_secret)
    steps.refused(both, "invalid_request")
    assertion = steps.post(browser, app, path, **form, client_assertion="a.b.c")
    steps.refused(assertion, "invalid_request")


@behaviour(91)
def test_a_client_id_in_the_body_must_be_the_same(browser, app, other_app, code):
    steps.refused(
        steps.exchange(browser, app, code, client_id=other_app.client_id), "invalid_client", 401
    )

    assert steps.exchange(browser, app, code, client_id=app.client_id).status_code == 200


@behaviour(85)
@abuse("T-18")
@rfc("6819", "4.3.1")
def test_an_unknown_client_and_a_wrong_secret_are_told_in_the_same_words(browser, app, public_app):
    answers = [
        ask_with(browser, steps.basic(app.client_id, "x" * 43)),
        ask_with(browser, steps.basic("cli_" + "0" * 25, "x" * 43)),
        ask_with(browser, steps.basic("nobody", app.client_secret)),
        ask_with(browser, steps.basic(public_app.client_id, "x" * 43)),
        browser.post("/oauth/token", data={"grant_type": "client_credentials"}),
    ]

    assert len({(answer.status_code, answer.data) for answer in answers}) == 1
    assert len({str(sorted(dict(a.headers).keys())) for a in answers}) == 1
    steps.refused(answers[0], "invalid_client", 401)


def test_a_disabled_client_is_told_in_the_same_words(browser, app, server):
    unknown = ask_with(browser, steps.basic("nobody", "x" * 43))
    factories.disable(server, app)

    disabled = ask_with(browser, steps.basic(app.client_id, app.client_secret))

    assert (disabled.status_code, disabled.data) == (unknown.status_code, unknown.data)


@abuse("T-13")
def test_a_public_client_gets_no_token_of_its_own(browser, public_app):
    answer = steps.post(browser, public_app, "/oauth/token", grant_type="client_credentials")

    steps.refused(answer, "invalid_client", 401)


@asvs("14.2.1")
@pytest.mark.parametrize("path", FORMS)
def test_credentials_in_the_query_prove_nothing(browser, server, path):
    app = factories.app(server, "client_secret_post")
    query = {"client_id": app.client_id, "client_secret": app.client_secret}
    form = {"grant_type": "client_credentials", "token": "x"}

    answer = browser.post(path, query_string=query, data=form)

    steps.refused(answer, "invalid_client", 401)


@pytest.mark.parametrize(
    "client_id", ["'", "%", "x" * 5000, "cli_é", "\N{ZERO WIDTH SPACE}", "a\tb"]
)
def test_an_odd_client_id_is_an_unknown_one(browser, client_id):
    answer = ask_with(browser, steps.basic(client_id, "x" * 43))

    steps.refused(answer, "invalid_client", 401)


@pytest.mark.parametrize("secret", [" " * 40, "é" * 40, "x" * 32])
def test_whatever_secret_was_registered_works_in_the_header(browser, server, secret):
    app = factories.app(server, client_secret=secret)

    assert ask_with(browser, steps.basic(app.client_id, secret)).status_code == 200
