"""Traces: what an operator sees of a request, in whichever process, and what nobody sees there."""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

import config
from app.foundation import fetch, tracing
from tests.support import houses, live, services
from tests.support.collector import CLIENT, SERVER, Collector
from tests.support.marks import asvs

ROOT = Path(__file__).parents[1]
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SECRETS = ("ana@example.com", "correct horse battery", "se-cr-et", "52998224725")
MAKING = "from tests.support import houses; houses.create('auth', {!r}, **{!r})"


@pytest.fixture
def collector():
    with Collector() as listening:
        yield listening


@pytest.fixture
def traced(create_house, collector):
    """The authorization server, seen by the collector."""
    return create_house("auth", TRACES_ENDPOINT=collector.endpoint)


def sent(app):
    """Let all spans of ``app`` be sent."""
    app.extensions[tracing.EXTENSION].flush()


def desk(server, folder):
    """Register the desk that helps people; return the headers it asks the bank with."""
    file, known = folder / "desk.json", ("desk", "se-cr-et-of-the-desk-in-this-test")
    told = {"grant_types": ["client_credentials"], "scope": "support:read"}
    told["audiences"] = [f"{server.url}/bank"]
    file.write_text(json.dumps(told))
    options = ("--client-id", known[0], "--client-secret", known[1])
    server.auth("clients", "register", "--file", file, *options)
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{server.url}/oauth/token", data=form, auth=known)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_a_request_is_one_span_and_its_statements_are_in_it(traced, collector):
    answer = traced.test_client().post("/oauth/token", data={"grant_type": "refresh_token"})
    sent(traced)

    span = collector.named("POST /oauth/token")
    assert (span.service, span.kind, span.parent) == ("portaria-auth", SERVER, b"")
    assert span.told["http.route"] == "/oauth/token"
    assert span.told["http.response.status_code"] == answer.status_code
    assert span.told["portaria.request_id"] == answer.headers["X-Request-Id"]


@asvs("14.2.1", "16.2.5")
def test_what_was_asked_is_in_no_span(traced, collector):
    email, password, secret, cpf = SECRETS
    browser = traced.test_client()
    browser.get(f"/oauth/authorize?client_id={secret}&login_hint={email}&state={cpf}")
    browser.post("/login", data={"identifier": email, "password": password})
    browser.post("/api/login", json={"identifier": cpf, "password": password})
    browser.post("/oauth/introspect", data={"token": secret}, auth=(secret, secret))
    browser.get(f"/{secret}/{email}")
    sent(traced)

    spans, whole = collector.spans, b"".join(collector.bodies)
    assert len([span for span in spans if span.kind == SERVER]) == 5
    assert [span for span in spans if span.kind == CLIENT]  # of the database
    assert not [word for word in SECRETS if word.encode() in whole]


def test_statements_of_either_kind_are_spans_within_the_request(traced, collector):
    browser = traced.test_client()
    browser.post("/oauth/introspect", data={"token": "x"}, auth=("shop", "secret"))
    browser.post("/login/reset", data={"identifier": "ana@example.com"})
    sent(traced)

    servers = {span.id: span for span in collector.spans if span.kind == SERVER}
    queries = [span for span in collector.spans if "db.query.text" in span.told]
    assert queries
    assert all(span.parent in servers for span in queries)
    assert all(span.trace == servers[span.parent].trace for span in queries)
    assert all(span.name.startswith(span.told["db.operation.name"]) for span in queries)


def test_an_error_is_told_by_its_kind_without_its_text(traced, collector):
    @traced.get("/fails")
    def fails():
        traced.database.session.execute(text("SELECT 'the text of it' FROM nowhere"))

    assert traced.test_client().get("/fails").status_code >= 500
    sent(traced)

    wrong = [span for span in collector.spans if span.is_wrong]
    assert {span.kind for span in wrong} == {SERVER, CLIENT}
    assert not [span for span in collector.spans if span.events]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_what_is_asked_every_few_seconds_is_not_traced(traced, collector, path):
    traced.test_client().get(path)
    sent(traced)

    assert collector.spans == []


def test_a_trace_that_began_elsewhere_goes_on_here(traced, collector):
    came = {"traceparent": f"00-{TRACE}-{SPAN}-00"}
    traced.test_client().get("/.well-known/openid-configuration", headers=came)
    sent(traced)

    span = collector.named("GET /.well-known/openid-configuration")
    assert (span.trace.hex(), span.parent.hex()) == (TRACE, SPAN)


@pytest.mark.parametrize("odd", ["", "x", f"00-{'0' * 32}-{SPAN}-01", "00-" + "é" * 40, "9" * 9000])
def test_a_trace_that_cannot_be_read_is_a_new_one(traced, collector, odd):
    found = traced.test_client().get("/nowhere", headers={"traceparent": odd.encode()})
    sent(traced)

    assert found.status_code == 404
    assert collector.named("GET").parent == b""


def test_whoever_calls_cannot_have_themselves_traced(create_house, collector):
    app = create_house("auth", TRACES_ENDPOINT=collector.endpoint, TRACES_RATIO=0)
    browser = app.test_client()
    for flags in ("00", "01"):
        browser.get("/nowhere", headers={"traceparent": f"00-{TRACE}-{SPAN}-{flags}"})
    sent(app)

    assert collector.bodies == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_one_trace_goes_through_both_houses_and_a_stop_loses_none(
    new_database, database_kind, collector, tmp_path
):
    urls = {house: new_database(house, database_kind) for house in houses.SETTINGS}
    never = {"OTEL_BSP_SCHEDULE_DELAY": "600000"}  # ms: what comes is sent because it stops
    server = live.LiveServer(tmp_path, urls, TRACES_ENDPOINT=collector.endpoint, **never)
    server.start()
    try:
        look = httpx.get(f"{server.url}/wallet/usr_1/support", headers=desk(server, tmp_path))
    finally:
        server.stop()

    assert look.status_code == 422  # nobody has that wallet
    asked = collector.named("GET /wallet/<user_id>/support")
    within = [span for span in collector.spans if span.trace == asked.trace]
    told = collector.named("POST /oauth/introspect")
    assert (asked.service, told.service) == ("portaria-bank", "portaria-auth")
    [call] = [span for span in within if span.id == told.parent]
    assert (call.service, call.kind, call.parent) == ("portaria-bank", CLIENT, asked.id)
    assert call.told["http.response.status_code"] == 200


def test_a_trace_goes_on_at_services_of_ours_and_at_nobody_elses(create_house, collector, listener):
    app = create_house("auth", TRACES_ENDPOINT=collector.endpoint, **listener.settings)
    ours, theirs = (listener.answer(path, body=b"") for path in ("/ours", "/theirs"))
    with app.app_context():
        fetch.post(ours, b"", {})
        fetch.send(theirs, b"", {})
    sent(app)

    assert collector.spans[0].trace.hex() in listener.asked("/ours").headers["traceparent"]
    assert "traceparent" not in listener.asked("/theirs").headers
    assert [span.told["server.address"] for span in collector.spans] == ["localhost"] * 2


def test_nobody_waits_for_a_collector_that_is_away(create_house):
    away = f"http://127.0.0.1:{services.free_port()}/v1/traces"
    app = create_house("auth", TRACES_ENDPOINT=away)
    browser = app.test_client()

    began = time.perf_counter()
    answers = {browser.get("/nowhere").status_code for _ in range(50)}

    assert answers == {404}
    assert time.perf_counter() - began < 9


def python(program, *without):
    """Run ``program`` (text) in a process that lacks the packages ``without``; return it."""
    hidden = "".join(f"sys.modules[{name!r}] = None\n" for name in without)
    command = [sys.executable, "-c", f"import sys\n{hidden}{program}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_untraced_nothing_of_it_is_loaded(new_database):
    url = new_database("auth", "sqlite")
    done = python(MAKING.format(url, {}) + "\nprint('app.foundation.traced' in sys.modules)")

    assert (done.stdout, done.returncode) == ("False\n", 0), done.stderr


def test_without_the_packages_the_start_says_which_file_has_them(new_database):
    url = new_database("auth", "sqlite")
    told = {"TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}
    done = python(MAKING.format(url, told), "opentelemetry")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("TRACES_ENDPOINT needs requirements-traces.txt")


@pytest.mark.parametrize("wrong", ["collector:4318", "ftp://collector/v1", "http://c/v1?token=x"])
def test_an_endpoint_that_is_no_address_keeps_the_house_shut(create_house, wrong):
    with pytest.raises(config.Unsafe, match="TRACES_ENDPOINT"):
        create_house("auth", TRACES_ENDPOINT=wrong)
