"""Requests are named, headed and refused alike, whatever happens inside."""

import pytest
from flask import jsonify, request

from app.foundation import web
from app.foundation.problems import Problem, Unavailable
from tests.support.marks import abuse, asvs, rfc

POLICY = "Content-Security-Policy"


class Refused(Problem):
    """A refusal of the tests."""

    code = "no_such_luck"
    status = 409
    description = "Not today."


@pytest.fixture
def client(house):
    """Doors of every kind."""
    house.add_url_rule("/plain", "plain", lambda: {"ok": True})
    house.add_url_rule("/page", "page", lambda: "<p>a page</p>")
    house.add_url_rule("/query", "query", lambda: dict(request.args))
    house.add_url_rule("/form", "form", lambda: dict(request.form), methods=["POST"])
    house.add_url_rule("/body", "body", web.json_body, methods=["POST"])
    house.add_url_rule("/order", "order", order, methods=["POST"])
    house.add_url_rule("/refused", "refused", raiser(Refused(detail="the private reason")))
    house.add_url_rule("/away", "away", raiser(Unavailable()))
    house.add_url_rule("/broken", "broken", raiser(RuntimeError("secret=hunter2")))
    house.add_url_rule("/named/<name>", "named", lambda name: {"name": name})
    return house.test_client()


def order():
    return web.json_body(amount=int, note=(str, None))


def raiser(error):
    def view():
        raise error

    return view


@asvs("3.2.1", "3.4.4", "3.4.5", "3.4.6", "3.5.8")
@abuse("B-01")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/plain", 200),
        ("GET", "/page", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/plain", 405),
        ("GET", "/refused", 409),
        ("GET", "/away", 503),
        ("GET", "/broken", 500),
        ("GET", "/query?a=%00", 400),
        ("GET", "/metrics", 200),
    ],
)
def test_every_answer_carries_the_security_headers(client, method, path, status):
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.headers["X-Request-Id"]) == 16


@asvs("3.4.3")
def test_a_page_allows_only_what_comes_from_here(client):
    policy = client.get("/page").headers["Content-Security-Policy"]

    assert "script-src 'self'; style-src 'self'; img-src 'self'" in policy
    assert "form-action 'self'; " in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_a_page_may_let_its_forms_lead_to_the_journeys_client(house, client):
    @house.get("/consent")
    def consent():
        web.allow_form_action("https://rp.example:8443")
        web.allow_form_action("com.bank.app:")
        return "<form></form>"

    policy = client.get("/consent").headers["Content-Security-Policy"]
    after = client.get("/page").headers["Content-Security-Policy"]

    assert "form-action 'self' https://rp.example:8443 com.bank.app:; " in policy
    assert "rp.example" not in after


ODD = ["https://a; script-src *", "https://*", "https://a b", "'none'", "x\n:", ""]


def test_a_page_may_let_its_form_lead_to_one_place_alone(house, client):
    @house.get("/go")
    def go():
        web.allow_form_action("https://other.example")
        web.form_action_alone("https://rp.example")
        return "<form></form>"

    assert "form-action https://rp.example; " in client.get("/go").headers[POLICY]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://rp.example/cb?x=1", "https://rp.example"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:8080"),
        ("com.bank.app:/cb", "com.bank.app:"),
        ("http://[::1]:51004/cb", "http://*:51004"),
        ("http://[::1]/cb", "http://*:80"),
        ("https://[2001:db8::1]/cb", "https://*:443"),
    ],
)
def test_a_policy_names_an_address_by_its_origin_or_its_scheme(house, address, origin):
    assert web.origin(address) == origin
    with house.test_request_context():
        web.form_action_alone(origin)


@pytest.mark.parametrize("allow", [web.allow_form_action, web.form_action_alone])
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_origin_never_enters_the_policy(house, odd, allow):
    with house.test_request_context(), pytest.raises(ValueError, match="origin"):
        allow(odd)


def test_a_page_may_show_frames_of_origins_it_names(house, client):
    @house.get("/frames")
    def frames():
        for origin in ("https://a.example", "https://b.example:8443", "https://a.example"):
            web.allow_frame(origin)
        return "<iframe></iframe>"

    policy = client.get("/frames").headers["Content-Security-Policy"]

    assert "; frame-src https://a.example https://b.example:8443; frame-ancestors" in policy
    assert "frame-src" not in client.get("/page").headers["Content-Security-Policy"]


@pytest.mark.parametrize("odd", [*ODD, "com.bank.app:", "https:", "*"])
def test_no_frame_is_let_in_from_what_is_no_web_origin(house, odd):
    with house.test_request_context(), pytest.raises(ValueError, match="origin"):
        web.allow_frame(odd)


def test_an_answer_may_say_itself_how_long_it_keeps(house, client):
    @house.get("/keys")
    def keys():
        answer = jsonify(keys=[])
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    assert client.get("/keys").headers["Cache-Control"] == "public, max-age=300"


@asvs("3.4.1")
@rfc("6797", "6.1")
def test_only_an_https_house_asks_browsers_for_https_alone(built, client):
    secure = built(ISSUER="https://login.bank.example")

    header = secure.test_client().get("/").headers["Strict-Transport-Security"]

    assert header == "max-age=63072000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/plain").headers


@asvs("4.1.3")
def test_the_request_id_is_ours_never_the_callers(client):
    first = client.get("/plain", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"]
    second = client.get("/plain").headers["X-Request-Id"]

    assert first != "mine"
    assert first != second


@asvs("16.5.1", "16.5.4")
def test_an_unexpected_error_tells_its_request_id_and_nothing_else(client):
    answer = client.get("/broken")

    assert answer.status_code == 500
    assert answer.json == {
        "error": "server_error",
        "request_id": answer.headers["X-Request-Id"],
    }


def test_a_refusal_tells_its_public_words_alone(client):
    answer = client.get("/refused")

    assert answer.json["error"] == "no_such_luck"
    assert answer.json["error_description"] == "Not today."
    assert "private" not in answer.text


def test_who_is_asked_to_come_back_is_told_when(client):
    assert client.get("/away").headers["Retry-After"] == "1"


@asvs("4.1.4")
@rfc("9110", "15.5.6")
def test_a_405_names_the_methods_that_are_allowed(client):
    assert "GET" in client.post("/plain").headers["Allow"]


@asvs("1.1.1")
@abuse("T-20")
@pytest.mark.parametrize(
    "query",
    ["a=%00", "a=%01", "a=%7f", "a=%1b%5b31m", "a=%ff", "a=%c3%28", "%00=a", "a=%ed%a0%80"],
)
def test_a_query_that_is_not_clean_utf8_is_a_400(client, query):
    answer = client.get(f"/query?{query}")

    assert answer.status_code == 400
    assert answer.json["error"] == "invalid_request"


@pytest.mark.parametrize("body", [b"a=%00", b"a=%ff", b"a=\xff", b"\xff=a", b"a=\x00"])
def test_a_form_that_is_not_clean_utf8_is_a_400(client, body):
    answer = client.post("/form", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@asvs("1.1.1")
def test_accents_line_ends_and_plus_signs_are_read_as_they_were_sent(client):
    assert client.get("/query?a=%C3%A9+b%2B%0d%0ac").json == {"a": "é b+\r\nc"}
    assert client.post("/form", data={"a": "é b+\r\nc", "b": ""}).json == {
        "a": "é b+\r\nc",
        "b": "",
    }


@abuse("T-20")
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", None]
)
def test_only_urlencoded_bodies_are_forms(client, kind):
    answer = client.post("/form", data=b"a=b", content_type=kind)

    assert answer.status_code == 200
    assert answer.json == {}


@abuse("T-20")
def test_a_form_in_another_charset_is_a_400(client):
    kind = "application/x-www-form-urlencoded; charset=utf-7"

    assert client.post("/form", data=b"a=b", content_type=kind).status_code == 400


@pytest.mark.parametrize("path", ["/named/\x00", "/named/\x1f", "/named/\xff", "/nowhere\x00"])
def test_a_path_that_is_not_clean_utf8_is_a_400(client, path):
    assert client.get("/", environ_overrides={"PATH_INFO": path}).status_code == 400


def test_an_authorization_header_beyond_ascii_is_a_400(client):
    assert client.get("/plain", headers={"Authorization": "Basic \xff"}).status_code == 400


@abuse("N-01")
def test_a_body_past_the_limit_is_a_413_before_anybody_reads_it(client):
    body = b"a=" + b"x" * 64 * 1024

    assert client.post("/form", data=body).status_code == 413
    assert client.post("/plain", data=body).status_code == 413


@abuse("N-01")
def test_ten_thousand_parameters_are_a_400(client):
    many = "&".join(f"a{n}=b" for n in range(10_000))
    kind = "application/x-www-form-urlencoded"

    assert client.get(f"/query?{many}").status_code == 400
    assert client.post("/form", data=many[:65_000], content_type=kind).status_code == 400


@asvs("1.5.3")
@abuse("N-03")
@pytest.mark.parametrize(
    "body",
    [
        b'{"email": "a", "email": "b"}',
        b'{"a": {"b": 1, "b": 2}}',
        b"[1]",
        b'"text"',
        b"null",
        b"",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\u0000"}',
        b'{"a": ["\\ud800"]}',
        b'{"\\u0007": 1}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_is_not_one_strict_json_object_is_a_400(client, body):
    answer = client.post("/body", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["error"] == "invalid_request"


@asvs("3.5.2")
def test_a_body_that_is_not_json_is_a_415(client):
    assert client.post("/body", data=b"{}").status_code == 415
    assert client.post("/body", data=b"{}", content_type="text/json").status_code == 415


@asvs("15.3.3")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"amount": 1}, 200),
        ({"amount": 1, "note": "é"}, 200),
        ({"amount": True}, 400),
        ({"amount": 1.0}, 400),
        ({"amount": "1"}, 400),
        ({"amount": None}, 400),
        ({}, 400),
        ({"amount": 1, "note": 5}, 400),
        ({"amount": 1, "admin": True}, 400),
    ],
)
def test_a_json_body_has_exactly_the_fields_it_should(client, body, status):
    answer = client.post("/order", json=body)

    assert answer.status_code == status
    if status == 200:
        assert answer.json == {"note": None, **body}


@asvs("15.3.4")
def test_behind_a_trusted_proxy_the_address_is_the_callers(built):
    app = built(TRUSTED_PROXIES=1)
    app.add_url_rule("/me", "me", lambda: f"{request.remote_addr} {request.scheme}")
    forwarded = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}

    assert app.test_client().get("/me", headers=forwarded).text == "203.0.113.9 https"


@asvs("4.1.3", "15.3.4")
def test_without_a_trusted_proxy_forwarded_headers_are_only_words(house):
    house.add_url_rule("/me", "me", lambda: request.remote_addr)

    assert house.test_client().get("/me", headers={"X-Forwarded-For": "6.6.6.6"}).text == (
        "127.0.0.1"
    )


def test_flasks_own_session_is_off(house):
    @house.get("/session")
    def view():
        return jsonify(kind=type(request.environ.get("flask.session")).__name__)

    assert "Set-Cookie" not in house.test_client().get("/session").headers


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json", False),
        ("*/*", False),
        ("", False),
        ("text/html;q=0.5, application/json", False),
    ],
)
def test_a_page_is_for_who_prefers_one(house, accept, html):
    with house.test_request_context(headers={"Accept": accept}):
        assert web.wants_html() is html


def test_a_house_without_pages_answers_a_browser_in_json(client):
    answer = client.get("/nowhere", headers={"Accept": "text/html"})

    assert answer.json["error"] == "not_found"


@rfc("6749", "5.1")
def test_no_store_forbids_every_cache(house):
    with house.test_request_context():
        answer = web.no_store(jsonify())

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"


@asvs("4.2.1")
@abuse("N-01")
def test_a_length_that_is_no_number_is_a_bad_request(client):
    answer = client.post("/form", environ_overrides={"CONTENT_LENGTH": "abc"})

    assert answer.status_code == 400
