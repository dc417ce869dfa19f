"""Where an answer may go: nowhere but to a registered address (RFC 9700 §4.1)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

HTTPS = "https://rp.example/cb"
LOOPBACK = "http://127.0.0.1/cb"


@pytest.fixture
def database_kind():
    """Addresses are compared in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def app(server):
    """An application with one address, which is often named without being sent."""
    return factories.app(server, redirect_uris=[HTTPS], scope="openid profile wallet:read")


@pytest.fixture
def native(server):
    """A native application: loopback addresses and a scheme of its own."""
    uris = [LOOPBACK, "http://[::1]:4000/cb", "com.cofrinho.app:/cb", "http://localhost:8080/cb"]
    return factories.app(server, "none", application_type="native", redirect_uris=uris)


def told_here(response):
    """Assert that the person was told on a page of ours and sent nowhere."""
    assert response.status_code == 400, response.headers
    assert "Location" not in response.headers
    assert response.mimetype == "text/html"
    assert '"https://evil' not in response.text


@asvs("3.7.2", "10.4.1")
@abuse("R-01")
@behaviour(28)
@rfc("9700", "4.1.3")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "uri",
    [
        *("https://rp.example/cbx", "https://rp.example/cb/x", "https://rp.example/cb/../evil"),
        *("https://rp.example/./cb", "https://rp.example/cb/", "https://rp.example/cb?x=1"),
        *("https://rp.example/cb?", "https://rp.example/cb#f", "https://rp.example/cb#"),
        *("https://rp.example/CB", "https://RP.example/cb", "HTTPS://rp.example/cb"),
        *("https://rp.example:443/cb", "https://rp.example:8443/cb", "http://rp.example/cb"),
        *("https://sub.rp.example/cb", "https://rp.example.evil.example/cb"),
        *("https://user@rp.example/cb", "https://rp.example@evil.example/cb"),
        *("https://rp.example\\@evil.example/cb", "https://evil.example/cb"),
        *("//rp.example/cb", "/cb", "rp.example/cb", "https:rp.example/cb", "https:///cb"),
        *("https://rp.example/%63b", "https://rp.example/cb%00", "https://rp.example/cb%0d%0a"),
        *(" https://rp.example/cb", "https://rp.example/cb ", "https://rp.example/cb\n"),
        *("https://rp.example/c\tb", 'https://rp.example/cb"', "https://rp.example/cbé"),
        *("https://rp。example/cb", "javascript:alert(1)//https://rp.example/cb", "*", "x" * 9000),
    ],
)  # fmt: skip
def test_an_address_that_is_not_exactly_the_registered_one_is_never_redirected_to(
    browser, app, uri, method
):
    told_here(steps.follow(browser, steps.ask(browser, app, redirect_uri=uri, method=method)))


@abuse("R-03")
@rfc("9700", "4.11.2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"response_type": None},
        {"scope": "admin"},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"prompt": "none"},
        {"prompt": "none login"},
        {"request": "x"},
        {"request_uri": "https://evil.example/"},
        {"max_age": "-1"},
        {"response_mode": "form_post"},
        {"id_token_hint": "x"},
        {"resource": "https://evil.example/"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_no_error_is_sent_to_an_unregistered_address(browser, app, wrong):
    told_here(steps.ask(browser, app, redirect_uri="https://evil.example/cb", **wrong))


@pytest.mark.parametrize("client_id", [None, "", "nobody", "cli_0", "x" * 3000, "a'b\"<i>"])
def test_an_unknown_client_is_told_to_the_person(browser, app, client_id):
    response = steps.ask(browser, app, client_id=client_id)

    told_here(response)
    assert "<i>" not in response.text


@behaviour(29)
@pytest.mark.parametrize(
    ("registered", "joined"),
    [
        ("https://rp.example/cb?dummy1=lorem&dummy2=ipsum", "&"),
        ("https://rp.example/cb?x=%20y+z", "&"),
        ("https://rp.example/cb?", ""),
        ("https://rp.example", "?"),
    ],
)
def test_a_query_that_is_registered_is_kept(browser, server, ana, registered, joined):
    app = factories.app(server, redirect_uris=[registered])

    response = steps.ask(browser, app, prompt="none")

    assert response.headers["Location"].startswith(f"{registered}{joined}error=")
    assert steps.exchange(browser, app, steps.authorize(browser, app, ana).code).status_code == 200


@behaviour(30)
def test_with_two_addresses_registered_one_must_be_named(browser, server):
    app = factories.app(server, redirect_uris=[HTTPS, "https://rp.example/two"])

    told_here(steps.ask(browser, app, redirect_uri=None, scope="profile"))


@rfc("6749", "3.1.2.3")
def test_the_only_address_may_be_left_out_of_plain_oauth(browser, app, ana):
    arrived = steps.authorize(browser, app, ana, redirect_uri=None, scope="profile")

    assert arrived.address.startswith(f"{HTTPS}?")
    assert steps.exchange(browser, app, arrived.code, redirect_uri=None).status_code == 200


@rfc("OIDC Core", "3.1.2.1")
def test_openid_always_names_the_address(browser, app):
    told_here(steps.ask(browser, app, redirect_uri=None))


@asvs("15.3.7")
def test_an_address_or_a_client_named_twice_is_told_to_the_person(browser, app):
    for name in ("redirect_uri", "client_id"):
        asked = steps.asking(app)
        told_here(steps.ask(browser, app, **{name: [asked[name], asked[name]]}))


@abuse("R-04")
@rfc("8252", "7.3")
@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:49152/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1/cb",
     "http://[::1]:50000/cb", "http://[::1]/cb"],
)  # fmt: skip
def test_on_a_loopback_address_any_port_will_do(browser, native, ana, uri):
    arrived = steps.authorize(browser, native, ana, redirect_uri=uri)

    assert arrived.address.startswith(f"{uri}?code=")
    answer = steps.exchange(browser, native, arrived.code, redirect_uri=uri)
    assert answer.status_code == 200


@abuse("R-04", "R-01")
@pytest.mark.parametrize(
    "uri",
    [
        *("http://127.0.0.1:4000/other", "http://localhost:4000/cb", "http://localhost/cb"),
        *("http://127.0.0.1.evil.example/cb", "https://127.0.0.1/cb", "http://127.0.0.2/cb"),
        *("http://127.1/cb", "http://2130706433/cb", "http://[::ffff:127.0.0.1]/cb"),
        *("http://[0:0:0:0:0:0:0:1]:4000/cb", "http://127.0.0.1:80:80/cb"),
        *("http://127.0.0.1:99999/cb", "http://127.0.0.1:-1/cb", "http://127.0.0.1:x/cb"),
        *("http://127.0.0.1:1@evil.example/cb", "http://evil@127.0.0.1/cb"),
        *("http://127.0.0.1:4000/cb#", "http://127.0.0.1:4000/cb?", "http://127.0.0.1:4000/cb\n"),
        *("http://127.0.0.1:4000/c\tb", " http://127.0.0.1:4000/cb", "HTTP://127.0.0.1:4000/cb"),
        *("http://127.0.0.1:4000\r\n/cb", "http://127.0.0.1:/cb", "http://127.0.0.1:４000/cb"),
        *("http://127.0.0.1:4000/cb;x", "http://127.0.0.1:4000//cb", "com.cofrinho.app:/cb2"),
        *("com.cofrinho.app:cb", "COM.cofrinho.app:/cb", "com.cofrinho.app://cb"),
    ],
)  # fmt: skip
def test_nothing_but_the_port_of_a_loopback_address_may_vary(browser, native, uri):
    told_here(steps.ask(browser, native, redirect_uri=uri))


@rfc("8252", "7.1")
def test_a_native_app_is_answered_at_its_own_scheme(browser, native, ana):
    arrived = steps.authorize(browser, native, ana, redirect_uri="com.cofrinho.app:/cb")

    assert arrived.address.startswith("com.cofrinho.app:/cb?code=")


def test_the_code_is_bound_to_the_port_it_was_sent_to(browser, native, ana):
    code = steps.authorize(browser, native, ana, redirect_uri="http://127.0.0.1:4001/cb").code

    answer = steps.exchange(browser, native, code, redirect_uri="http://127.0.0.1:4002/cb")

    steps.refused(answer, "invalid_grant")


def test_a_disabled_client_is_told_to_the_person(browser, server):
    app = factories.app(server)
    factories.disable(server, app)

    told_here(steps.ask(browser, app))
