"""Whatever comes, the answer is a refusal and never a 5xx."""

import pytest

from tests.auth.oauth.inputs import FORM, FORMS, NAMES
from tests.support import factories, spans, steps
from tests.support.marks import abuse, asvs, rfc


@pytest.fixture
def database_kind():
    """PostgreSQL is the stricter of the two: it refuses what SQLite lets pass."""
    return "postgresql"


def quick(browser, method, path, **request):
    """Send a request; assert that it is refused after little work, as JSON or a page."""
    answer, spent = spans.work(lambda: browser.open(path, method=method, **request))
    assert 400 <= answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    assert spent < 0.2
    return answer


@abuse("N-01")
@pytest.mark.parametrize("path", ["/oauth/authorize", *FORMS, "/oauth/userinfo", "/logout"])
@pytest.mark.parametrize("kind", [FORM, "application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_a_megabyte_is_refused_at_once(browser, path, kind):
    answer = quick(browser, "POST", path, data=b"a=" + b"x" * 1_000_000, content_type=kind)

    assert answer.status_code == 413


@abuse("N-01")
@pytest.mark.parametrize("path", ["/oauth/authorize", *FORMS])
def test_ten_thousand_parameters_are_refused_at_once(browser, path):
    many = "&".join(f"p{n}=1" for n in range(10_000))

    assert quick(browser, "POST", path, data=many, content_type=FORM).status_code in {400, 413}
    assert quick(browser, "GET", "/oauth/authorize", query_string=many).status_code == 400


@abuse("T-20")
@rfc("6749", "4.1.3")
@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "kind",
    ["application/json", "multipart/form-data; boundary=x", "text/plain", "", None,
     "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencodedx",
     "application/x-www-form-urlencoded; charset=latin-1", "x/y", "é", ";;;"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(browser, app, path, kind):
    headers, _ = steps.credentials(app)
    body = b"grant_type=client_credentials&token=x"

    answer = quick(browser, "POST", path, data=body, content_type=kind, headers=headers)

    steps.refused(answer, "invalid_request")


@abuse("T-20")
@pytest.mark.parametrize(
    "body",
    [b"grant_type=client_credentials&scope=%00", b"scope=%ff", b"\xff\xfe", b"a=\x01", b"%00=x",
     b"token=%c0%80", b"grant_type=x%ed%a0%80"],
)  # fmt: skip
@pytest.mark.parametrize("path", FORMS)
def test_what_is_no_plain_utf_8_is_refused(browser, app, path, body):
    headers, _ = steps.credentials(app)

    answer = quick(browser, "POST", path, data=body, content_type=FORM, headers=headers)

    steps.refused(answer, "invalid_request")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [b"%00", b"%ff", b"a%00b", b"%ed%a0%80"])
def test_what_is_no_plain_utf_8_begins_no_request(browser, app, name, value):
    asked = f"{name}=".encode() + value

    quick(browser, "GET", "/oauth/authorize", query_string=asked.decode())
    quick(browser, "POST", "/oauth/authorize", data=asked, content_type=FORM)


@asvs("15.3.7")
@rfc("6749", "3.1")
@pytest.mark.parametrize("name", ["state", "scope", "nonce", "response_type", "prompt", "extra"])
def test_a_repeated_parameter_is_told_to_the_client(browser, app, name):
    value = steps.asking(app).get(name, "x")

    arrived = steps.arrival(steps.ask(browser, app, **{name: [value, value]}))

    assert arrived.error == "invalid_request"


@asvs("15.3.7")
@rfc("6749", "3.2")
@pytest.mark.parametrize("name", ["grant_type", "code", "client_id", "extra", "code_verifier"])
def test_a_repeated_field_is_refused(browser, app, name):
    fields = {"grant_type": "authorization_code", "code": "x" * 43, "client_id": app.client_id}

    answer = steps.post(browser, app, "/oauth/token", **fields | {name: ["x", "x"]})

    steps.refused(answer, "invalid_request")


@pytest.mark.parametrize(
    "header",
    ["Basic /w==", "Basic AAAA", "Basic \xff", "Bearer \xff", "Basic " + "A" * 100_000, "\x7f",
     "Basic OjpAOg==", "Digest username=x", "Basic YTo=,Basic YTo="],
)  # fmt: skip
@pytest.mark.parametrize("path", [*FORMS, "/oauth/userinfo"])
def test_an_odd_authorization_header_is_refused(browser, path, header):
    environ = {"HTTP_AUTHORIZATION": header}

    answer = browser.post(path, data={"token": "x"}, environ_overrides=environ)

    assert answer.status_code in {400, 401}


@asvs("4.1.4")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", FORMS)
def test_another_method_is_not_allowed(browser, path, method):
    answer = quick(browser, method, path)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@asvs("3.4.4", "3.4.5")
@abuse("B-01")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/oauth/authorize"), ("GET", "/oauth/token"), ("POST", "/oauth/token"),
     ("GET", "/oauth/nothing"), ("GET", "/oauth/jwks"), ("GET", "/logout/done"),
     ("GET", "/oauth/userinfo"), ("GET", "/.well-known/openid-configuration"),
     ("GET", "/logout?id_token_hint=x"), ("DELETE", "/oauth/authorize")],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_carries_its_headers(browser, method, path, accept):
    answer = browser.open(path, method=method, headers={"Accept": accept})

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Request-Id"]
    if not path.endswith(("jwks", "configuration")):
        assert answer.headers["Cache-Control"] == "no-store"


@asvs("1.1.2", "1.2.1")
@abuse("B-05", "R-16")
def test_names_of_clients_are_escaped_on_every_page(browser, server, ana):
    name = "<script>alert(1)</script>\"'&"
    app = factories.app(server, client_name=name, **{"client_name#en": name})

    page = steps.follow(browser, steps.ask(browser, app, login_hint="<img src=x>"))
    assert "<script>alert" not in page.text
    assert "<img src=x>" not in page.text
    page = steps.sign_in(browser, page, ana)
    assert steps.page_of(page) == "consent"
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
