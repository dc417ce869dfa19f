"""Calls going out, to a real server on loopback: what comes back, and what is refused."""

import socket
import ssl
import threading
import time

import pytest

from app.foundation import fetch
from tests.foundation.conftest import build
from tests.support.listener import Listener
from tests.support.marks import abuse, asvs, behaviour

JSON = ("application/json",)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def calling(**settings):
    """Return a house that may call out as these settings say."""
    app = build(**settings)
    fetch.init_app(app)
    return app


@pytest.fixture
def house(listener):
    """A house that may call the listener, a context open."""
    app = calling(**listener.settings)
    with app.app_context():
        yield app


def get(url, most=1000, seconds=30):
    """Fetch ``url``; where a test is not of the time, there is more of it than a machine loses."""
    return fetch.get(url, most=most, accept=JSON, seconds=seconds)


def reason(url, ask=get, **more):
    """Return why nothing came of asking ``url``."""
    with pytest.raises(fetch.Failed) as failure:
        ask(url, **more)
    assert str(failure.value) == failure.value.reason
    return failure.value.reason


@behaviour(142)
def test_what_is_there_is_fetched_over_verified_tls(house, listener):
    url = listener.answer("/keys", json={"keys": []})

    found = get(f"{url}?of=a%20b#part")

    asked = listener.asked("/keys")
    assert found == fetch.Fetched("application/json", b'{"keys": []}')
    assert (asked.method, asked.query) == ("GET", {"of": "a b"})
    assert asked.headers == {
        "host": listener.place,
        "user-agent": "portaria",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_the_media_type_comes_without_its_parameters_and_must_be_asked_for(house, listener):
    listener.answer("/a", json={}, media_type="Application/JSON; charset=utf-8")
    listener.answer("/b", json={}, media_type="text/html")
    listener.answer("/c", script=lambda write: write(b"HTTP/1.1 200 OK\r\n\r\n{}"))

    assert get(listener.url("/a")).media_type == "application/json"
    assert reason(listener.url("/b")) == "media_type"
    assert reason(listener.url("/c")) == "media_type"


@pytest.mark.parametrize("status", [201, 204, 400, 401, 404, 500, 503])
def test_only_200_is_an_answer_to_get(house, listener, status):
    url = listener.answer("/a", json={}, status=status)

    assert reason(url) == "status"


@pytest.mark.parametrize("status", [200, 204, 400, 501])
def test_a_form_is_posted_and_its_status_returned(house, listener, status):
    url = listener.answer("/out", status=status)

    assert fetch.post_form(url, {"logout_token": "a.b.c", "é": "&="}) == status
    asked = listener.asked("/out")
    assert (asked.method, asked.form) == ("POST", {"logout_token": "a.b.c", "é": "&="})
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_the_body_of_the_answer_to_a_form_is_not_waited_for(house, listener):
    url = listener.answer("/out", script=drip(HEAD + b"\r\n"))

    assert fetch.post_form(url, {}) == 200


@asvs("15.3.2")
@abuse("C-05")
@pytest.mark.parametrize("ask", [get, lambda url: fetch.post_form(url, {})], ids=["get", "post"])
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_no_redirect_is_followed(house, listener, ask, status):
    there = listener.answer("/there", json={})
    url = listener.answer("/here", status=status, headers={"Location": there})

    assert reason(url, ask) == "redirected"
    assert [asked.path for asked in listener.requests] == ["/here"]


def drip(head=HEAD):
    """Return a script that sends ``head`` and then a byte now and then, for ever."""

    def script(write):
        write(head)
        while True:
            write(b" ")
            time.sleep(0.05)

    return script


def endless(head):
    """Return a script that sends ``head`` and then as much as it can, for ever."""

    def script(write):
        write(head)
        while True:
            write(b"a" * 65536)

    return script


SLOW = {
    "the body": drip(HEAD + b"\r\n"),
    "the body by its length": drip(HEAD + b"Content-Length: 900\r\n\r\n"),
    "the headers": drip(HEAD + b"X: "),
    "the status": drip(b"HTTP/1.1"),
    "silence": lambda _write: time.sleep(20),
    "one answer to come after another": lambda write: [
        (write(b"HTTP/1.1 102 Processing\r\n\r\n"), time.sleep(0.05)) for _ in range(400)
    ],
}


@pytest.mark.parametrize("case", SLOW)
def test_the_time_is_that_of_the_whole(house, listener, case):
    url = listener.answer("/slow", script=SLOW[case])
    started = time.perf_counter()

    assert reason(url, seconds=0.4) == "too_slow"
    assert 0.3 < time.perf_counter() - started < 10


def test_one_who_does_not_shake_hands_is_too_slow(house):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with calling(OUTBOUND_ALLOW_HOSTS=f"localhost:{port}").app_context():
            assert reason(f"https://localhost:{port}", seconds=0.2) == "too_slow"


def test_a_look_up_that_hangs_is_too_slow(house, monkeypatch):
    hung = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hung.wait(60))
    started = time.perf_counter()

    assert reason("https://slow.example", seconds=0.2) == "too_slow"
    assert time.perf_counter() - started < 10
    hung.set()


LARGE = {
    "endless": endless(HEAD + b"\r\n"),
    "endless in chunks": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"fffffff\r\n"),
    "endless header": endless(HEAD + b"X: "),
    "endless status": endless(b"HTTP/1.1 "),
    "one byte more": lambda write: write(HEAD + b"Content-Length: 1001\r\n\r\n" + b"a" * 1001),
    "crumbs": lambda write: write(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"a" * 40_000 + b"\r\na\r\n0\r\n\r\n"
    ),
    "answers to come": lambda write: [write(b"HTTP/1.1 102 A\r\n\r\n") for _ in range(10_000)],
}


@pytest.mark.parametrize("case", LARGE)
def test_too_much_is_refused_while_it_comes(house, listener, case):
    url = listener.answer("/large", script=LARGE[case])

    assert reason(url) == "too_large"


def test_as_much_as_was_allowed_is_read(house, listener):
    url = listener.answer("/all", media_type="application/json", body=b"a" * 1000)

    assert len(get(url).body) == 1000


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "GZIP"])
def test_an_encoded_body_is_refused(house, listener, encoding):
    url = listener.answer("/zip", json={}, headers={"Content-Encoding": encoding})

    assert reason(url) == "encoded"


def test_a_body_said_to_be_plain_is_taken(house, listener):
    url = listener.answer("/plain", json={}, headers={"Content-Encoding": "Identity"})

    assert get(url).body == b"{}"


BROKEN = {
    "nothing": b"",
    "no HTTP": b"220 mail.example ESMTP\r\n",
    "HTTP/0.9": b"{}",
    "cut short": HEAD + b"Content-Length: 10\r\n\r\n{}",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length of letters": HEAD + b"Content-Length: many\r\n\r\n{}",
    "unknown transfer": HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "broken chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "NUL in a header": HEAD + b"X: \x00\r\n\r\n{}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_answer_is_refused(house, listener, case):
    url = listener.answer("/broken", script=lambda write: write(BROKEN[case]))

    assert reason(url) == "broken"


def test_nobody_there_is_told_from_nobody_known(house, listener, monkeypatch):
    def unknown(*_asked, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    listener.stop()

    assert reason(listener.url()) == "unreachable"
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert reason("https://nobody.example/") == "unresolved"


@asvs("12.3.2")
@behaviour(142)
def test_an_unknown_authority_is_refused(listener):
    with calling(OUTBOUND_ALLOW_HOSTS=listener.place).app_context():
        assert reason(listener.url()) == "tls"


@behaviour(142)
def test_the_environment_changes_nothing(listener, monkeypatch):
    url = listener.answer("/a", json={})
    monkeypatch.setenv("SSL_CERT_FILE", str(listener.ca_file))
    with calling(OUTBOUND_ALLOW_HOSTS=listener.place).app_context():
        assert reason(url) == "tls"

    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with calling(**listener.settings).app_context():
        assert get(url).body == b"{}"


@asvs("12.3.2")
@behaviour(142)
def test_the_certificate_must_name_the_host(tmp_path):
    with Listener(tmp_path, names=["elsewhere.example"]) as elsewhere:
        place = f"localhost:{elsewhere.port}"
        with calling(**elsewhere.settings | {"OUTBOUND_ALLOW_HOSTS": place}).app_context():
            assert reason(f"https://{place}/") == "tls"

    assert elsewhere.requests == []


@asvs("12.1.1")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_older_than_1_2_is_not_spoken(tmp_path):
    def old(context):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with Listener(tmp_path, tls=old) as dated, calling(**dated.settings).app_context():
        assert reason(dated.url()) == "tls"


def test_one_without_tls_is_refused(house):
    def serve(door):
        with door.accept()[0] as caller:
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            caller.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as door:
        place = f"localhost:{door.getsockname()[1]}"
        threading.Thread(target=serve, args=(door,), daemon=True).start()
        with calling(OUTBOUND_ALLOW_HOSTS=place).app_context():
            assert reason(f"https://{place}/") == "tls"


def test_the_log_names_the_host_and_never_the_query(house, listener, capsys):
    url = listener.answer("/secret-path", status=404)
    capsys.readouterr()

    reason(f"{url}?key=hush")
    reason("https://user:hush@host.example/hush")

    first, second = capsys.readouterr().err.splitlines()
    assert '"host": "localhost"' in first
    assert '"reason": "status"' in first
    assert '"reason": "malformed"' in second
    assert "secret-path" not in first + second
    assert "hush" not in first + second


def test_calls_are_counted_by_how_they_end(house, listener):
    url = listener.answer("/a", json={})
    before = counted(house)

    get(url)
    reason(listener.url("/b"))

    after = counted(house)
    assert after["ok"] == before.get("ok", 0) + 1
    assert after["status"] == before.get("status", 0) + 1


def counted(house):
    """Return result → number of calls that ended so."""
    name = 'portaria_outbound_requests_total{result="'
    lines = house.test_client().get("/metrics").text.splitlines()
    rows = (line.removeprefix(name).split('"} ') for line in lines if line.startswith(name))
    return {result: float(number) for result, number in rows}


def test_many_threads_share_it(house, listener):
    url = listener.answer("/a", json={})
    found = []

    def ask():
        with house.app_context():
            found.append(get(url).body)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [b"{}"] * 20
