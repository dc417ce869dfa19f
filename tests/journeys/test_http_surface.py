"""What reaches the server's own edge: huge, odd and prying requests, as bytes on a socket."""

import contextlib
import json
import re
import socket
import time

import pytest

from tests.support.marks import abuse, asvs

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def say(live_server):
    """Send bytes to the server as they are; return the status it answers, and the rest."""

    def sent(head, body=b""):
        request = head.replace(b"HOST", b"localhost:%d" % live_server.port) + b"\r\n" + body
        with socket.create_connection(("127.0.0.1", live_server.port), timeout=20) as wire:
            with contextlib.suppress(ConnectionError):  # it may answer before it has read it all
                wire.sendall(request)
            return _answer(wire)

    return sent


def _answer(wire):
    received = b""
    with contextlib.suppress(ConnectionError):
        while part := wire.recv(65536):
            received += part
    first, _, rest = received.partition(b"\r\n")
    return int(first.split()[1]) if first else None, rest.decode("latin1")


def head(method, path, *lines):
    """Return the head of a request whose connection is not kept."""
    start = f"{method} {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n".encode()
    return start + b"".join(lines)


@asvs("15.2.2")
@abuse("N-01")
@pytest.mark.parametrize("path", ["/oauth/token", "/login/int_x", "/wallet/me/transfer"])
def test_a_body_of_20_megabytes_is_a_413_in_no_time(say, path):
    size = 20 * 1024 * 1024
    began = time.monotonic()

    status, _ = say(head("POST", path, FORM, b"Content-Length: %d\r\n" % size), b"a" * size)

    assert status == 413
    assert time.monotonic() - began < 5


@abuse("N-01")
def test_a_body_in_chunks_past_the_limit_is_a_413_too(say):
    chunks = b"".join(b"4000\r\n" + b"a" * 0x4000 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"

    status, rest = say(
        head("POST", "/oauth/token", FORM, b"Transfer-Encoding: chunked\r\n"), chunks
    )

    assert status == 413, rest


@abuse("N-01")
@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_a_header_of_100_kilobytes_is_refused(say, size):
    status, _ = say(head("GET", "/health/live", b"X-Long: " + b"a" * size + b"\r\n"))

    assert status in {400, 413, 431}


@abuse("N-01")
def test_ten_thousand_parameters_are_refused(say):
    query = "&".join(f"a{n}=b" for n in range(5_000))

    assert say(head("GET", f"/oauth/authorize?{query}"))[0] in {400, 414, 431}


@pytest.mark.parametrize(
    "path",
    [
        "/login/%ff",
        "/login/%00",
        "/login/%0a%0dSet-Cookie:x=y",
        "/oauth/authorize?client_id=%00",
        "/oauth/authorize?client_id=%ff&%ff=1",
        "/oauth/authorize?client_id=%ed%a0%80",
        "/wallet/%00/balance",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "//evil.example/%2f..",
        "/account/%0a.css",
    ],
)
def test_an_odd_address_is_a_4xx_or_a_redirect_here_never_a_500(say, path):
    status, rest = say(head("GET", path, b"Accept: text/html\r\n"))

    assert status in {303, 308, 400, 401, 404}
    assert "Location: //" not in rest
    assert "SEALING_KEYS" not in rest


@abuse("T-20")
@pytest.mark.parametrize(
    "line",
    [
        b"Content-Type: application/json\r\n",
        b"Content-Type: multipart/form-data; boundary=x\r\n",
        b"Content-Type: application/x-www-form-urlencoded; charset=utf-7\r\n",
        b"Content-Type: \xff\r\n",
        b"",
    ],
)
def test_a_token_request_in_another_shape_is_a_400(say, line):
    body = b"grant_type=client_credentials&client_id=x&client_secret=y"

    status, rest = say(head("POST", "/oauth/token", line, b"Content-Length: 57\r\n"), body)

    assert status in {400, 401}
    assert "error" in rest


@pytest.mark.parametrize(
    "value", [b"Basic \xff\xff", b"Basic /w==", b"Basic AAA6AAA=", b"Basic", b"Bearer \xc3\xa9"]
)
def test_an_odd_authorization_header_is_a_4xx(say, value):
    line = b"Authorization: " + value + b"\r\n"
    body = b"grant_type=client_credentials"

    token = say(head("POST", "/oauth/token", FORM, line, b"Content-Length: 29\r\n"), body)
    wallet = say(head("GET", "/wallet/me/balance", line))

    assert token[0] in {400, 401}
    assert wallet[0] in {400, 401}


@asvs("5.3.2", "13.4.1", "13.4.2", "13.4.3")
@abuse("G-08")
@pytest.mark.parametrize(
    "path",
    ["/console", "/debug", "/.env", "/.git/config", "/config.py", "/instance/settings.env",
     "/server-status", "/phpinfo.php", "/static/", "/static/../.env", "/wsgi.py"],
)  # fmt: skip
def test_there_is_no_console_and_no_file_of_ours_to_see(say, path):
    assert say(head("GET", path))[0] in {400, 404}


@asvs("4.2.1")
@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: +5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
)
def test_a_request_within_a_request_is_never_answered(say, lines):
    inner = b"0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: inner\r\n\r\n"
    alive = b"POST /oauth/token HTTP/1.1\r\nHost: HOST\r\n" + FORM + lines

    status, rest = say(alive, inner)

    assert status is None or status >= 400
    assert rest.count("HTTP/1.1 200") == 0


@asvs("13.4.4")
@pytest.mark.parametrize("path", ["/", "/login", "/oauth/token", "/wallet/me/balance", "/static/x"])
def test_nothing_is_traced(say, path):
    status, rest = say(head("TRACE", path, b"X-Secret: hunter2\r\n"))

    assert status in {404, 405}
    assert "hunter2" not in rest


@asvs("13.4.6")
@pytest.mark.parametrize("path", ["/", "/nothing", "/oauth/token", "/wallet/me/balance"])
def test_no_answer_names_a_version_of_what_serves_it(say, path):
    _, rest = say(head("GET", path))

    headers = rest.partition("\r\n\r\n")[0].lower()
    served = [line for line in headers.splitlines() if line.startswith(("server:", "x-powered"))]
    assert not re.search(r"\d", " ".join(served))
    assert "werkzeug" not in rest.lower()


@asvs("4.1.1")
@pytest.mark.parametrize("accept", [b"text/html", b"application/json"])
@pytest.mark.parametrize(
    "path", ["/login", "/nothing", "/oauth/authorize", "/oauth/jwks", "/wallet/me/balance",
             "/static/css/base.css", "/static/js/enhance.js", "/metrics"],
)  # fmt: skip
def test_an_answer_says_what_it_is_and_in_which_letters(say, path, accept):
    _, rest = say(head("GET", path, b"Accept: " + accept + b"\r\n"))

    headers, _, body = rest.partition("\r\n\r\n")
    told = re.search(r"^content-type: (.*)$", headers, re.MULTILINE | re.IGNORECASE)[1].strip()
    if told.startswith("text/"):
        assert told.endswith("charset=utf-8")
    elif "json" in told:
        json.loads(body.encode("latin1"))
    assert body.lstrip().startswith("<") == told.startswith("text/html")


@asvs("4.1.2")
@pytest.mark.parametrize("path", ["/oauth/token", "/wallet/me/balance", "/api/login", "/login"])
def test_no_plain_request_is_led_to_https_in_silence(create_house, path):
    browser = create_house("auth", ISSUER="https://id.banco.example").test_client()

    answer = browser.get(path, base_url="http://id.banco.example")

    assert not answer.headers.get("Location", "").startswith("https:")


@asvs("13.4.5")
@abuse("G-08")
def test_metrics_are_not_shown_through_a_proxy(say):
    assert say(head("GET", "/metrics", b"X-Forwarded-For: 203.0.113.9\r\n"))[0] == 404
    assert say(head("GET", "/metrics"))[0] == 200


def test_the_server_says_when_it_lives_and_when_it_is_ready(say):
    live, ready = say(head("GET", "/health/live")), say(head("GET", "/health/ready"))

    assert (live[0], ready[0]) == (200, 200)
    assert json.loads(ready[1].partition("\r\n\r\n")[2])["status"] == "ok"
