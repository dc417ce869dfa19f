"""Keys at a client's own address: when they are fetched, how often, and what holds without it."""

import threading

import pytest
from sqlalchemy import text

from app.auth.clients import keys, published
from app.auth.clients.models import Client
from app.auth.database import db
from tests.auth import stage
from tests.auth.clients.conftest import ALGORITHMS, client, key, public, signed
from tests.support.marks import abuse, asvs, behaviour, rfc


@pytest.fixture
def database_kind():
    """Nothing here depends on the database but the pool of its connections."""
    return "sqlite"


@pytest.fixture
def server(create_house, listener):
    """The authorization server, which may call the listener; no context is open."""
    return create_house("auth", **listener.settings)


@pytest.fixture
def publish(listener):
    """Return a function that publishes these keys at the client's address."""

    def publish(*jwks, **answer):
        listener.answer("/jwks", **{"json": {"keys": list(jwks)}} | answer)

    publish(public())
    return publish


@pytest.fixture
def shop(server, listener, publish):
    """A client who publishes its keys; a context of the server is open."""
    with server.app_context():
        yield client(jwks_uri=listener.url("/jwks"))


def ask(who, **token):
    """Is this believed to be signed by ``who``?"""
    return keys.verify(who, signed(**token), ALGORITHMS) is not None


def fetched(listener):
    return len(listener.requests)


@behaviour(95)
def test_keys_are_fetched_when_first_needed_and_kept(shop, listener, ticking):
    assert fetched(listener) == 0

    believed = [ask(shop) for _ in range(3)]
    ticking(published.FRESH_SECONDS)

    assert believed == [True] * 3
    assert ask(shop)
    assert fetched(listener) == 1
    assert listener.asked("/jwks").headers["accept"].startswith("application/jwk-set+json")


@behaviour(95)
def test_a_new_key_is_found_at_its_first_use(shop, listener, publish, ticking):
    ask(shop)
    publish(public(kid="k2"))
    ticking(60)

    assert ask(shop, kid="k2")
    assert fetched(listener) == 2
    assert not ask(shop)


@behaviour(95)
def test_a_key_changed_without_a_name_is_found_too(shop, listener, publish, ticking):
    publish(public(kid=None))
    assert ask(shop, kid=None)
    publish(public("RS256", kid=None))
    ticking(60)

    assert ask(shop, alg="RS256", kid=None)
    assert not ask(shop, kid=None)


@abuse("J-10")
def test_unknown_keys_make_us_ask_only_so_often(shop, listener, ticking):
    ask(shop)

    for number in range(20):
        assert not ask(shop, kid="unknown", header={"kid": f"unknown-{number}"})
    assert fetched(listener) == 1
    ticking(published.BREATH_SECONDS + 1)
    for number in range(20):
        assert not ask(shop, kid="unknown", header={"kid": f"unknown-{number}"})

    assert published.BREATH_SECONDS == 15
    assert fetched(listener) == 2


def test_a_wrong_signature_under_a_known_name_asks_nobody(shop, listener, ticking):
    ask(shop)
    ticking(60)

    assert not ask(shop, kid="other", header={"kid": "k1"})
    assert fetched(listener) == 1


def test_a_key_withdrawn_is_forgotten_in_five_minutes(shop, publish, ticking):
    ask(shop)
    publish()

    ticking(published.FRESH_SECONDS)
    before = ask(shop)
    ticking(1)

    assert published.FRESH_SECONDS == 300
    assert (before, ask(shop)) == (True, False)


BAD_ANSWERS = {
    "an error": {"status": 503},
    "a redirect": {"status": 302, "headers": {"Location": "https://localhost/jwks"}},
    "a page": {"media_type": "text/html"},
    "no JSON": {"json": None, "media_type": "application/json", "body": b"{"},
    "no text": {"json": None, "media_type": "application/json", "body": b"\xff\xfe\xfd"},
    "no object": {"json": [public()]},
    "no keys": {"json": {"key": []}},
    "keys of another kind": {"json": {"keys": {"k1": public()}}},
    "too much": {"json": {"keys": [], "more": "a" * 65_536}},
    "too deep": {"json": None, "media_type": "application/json", "body": b"[" * 60_000},
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_while_nothing_usable_comes_the_old_keys_serve_for_a_day(
    shop, listener, publish, ticking, case
):
    ask(shop)
    publish(**BAD_ANSWERS[case])

    ticking(published.FRESH_SECONDS + 1)
    assert ask(shop)
    assert fetched(listener) == 2
    assert ask(shop)
    assert fetched(listener) == 2

    ticking(published.STALE_SECONDS - published.FRESH_SECONDS - 2)
    assert ask(shop)
    ticking(3)
    assert not ask(shop)
    assert published.STALE_SECONDS == 86_400


def test_with_the_address_gone_the_old_keys_serve_and_it_is_asked_again(
    shop, listener, publish, ticking
):
    ask(shop)
    listener.stop()
    ticking(published.FRESH_SECONDS + 1)

    assert ask(shop)
    assert not ask(shop, kid="k2")


def test_without_any_keys_nothing_is_believed_and_the_address_is_spared(
    shop, listener, publish, ticking
):
    publish(status=500)

    assert [ask(shop) for _ in range(3)] == [False] * 3
    assert fetched(listener) == 1
    publish(public())
    ticking(published.BREATH_SECONDS + 1)
    assert ask(shop)


@asvs("1.3.6")
def test_an_address_inside_is_never_asked(server, listener):
    with server.app_context():
        for uri in (listener.url("/jwks").replace("localhost", "127.0.0.1"),
                    "https://169.254.169.254/jwks", "http://localhost/jwks"):  # fmt: skip
            assert not ask(client(jwks_uri=uri))

    assert fetched(listener) == 0


@abuse("J-02", "J-13")
@rfc("7517", "5")
def test_published_keys_we_cannot_use_are_passed_over(shop, publish):
    private = key(kid="leaked").as_dict(private=True)
    odd = [{"kty": "future"}, "text", None, {}, {"kty": "oct", "k": "AAAA", "kid": "s"}]
    publish(*odd, public(kid="enc", use="enc"), private, public())

    assert ask(shop)
    assert not ask(shop, kid="leaked")
    assert not ask(shop, kid="enc")


def test_the_twenty_first_key_is_not_looked_at(shop, publish):
    many = [public(kid=f"n{number}", x=public()["x"]) for number in range(19)]
    publish(*many, public(kid="k20"), public(kid="k21"))

    assert ask(shop, kid="k20")
    assert not ask(shop, kid="k21")


def test_each_client_and_each_address_has_keys_of_its_own(server, listener, publish):
    publish(public())
    listener.answer("/others", json={"keys": [public(kid="k2")]})
    with server.app_context():
        here = client(jwks_uri=listener.url("/jwks"))
        moved = client(jwks_uri=listener.url("/others"))
        other = client("other", jwks_uri=listener.url("/jwks"))

        assert ask(here)
        assert ask(moved, kid="k2")
        assert not ask(moved)
        assert ask(other)

    assert [request.path for request in listener.requests] == ["/jwks", "/others", "/jwks"]


def test_the_sets_kept_do_not_grow_without_end(server, listener, publish, monkeypatch):
    monkeypatch.setattr(published, "MOST_SETS", 3)
    with server.app_context():
        for number in range(7):
            ask(client(f"shop-{number}", jwks_uri=listener.url("/jwks")))

    assert len(server.extensions["client_keys"]._sets) == 3


@asvs("15.4.1")
def test_many_who_need_the_keys_at_once_fetch_them_once(server, listener, publish):
    who = client(jwks_uri=listener.url("/jwks"))

    believed = stage.all_at_once(server, lambda _: ask(who), 20)

    assert believed == [True] * 20
    assert fetched(listener) == 1


@behaviour(95)
def test_many_who_need_a_new_key_at_once_fetch_it_once(server, shop, listener, publish, ticking):
    ask(shop)
    publish(public(kid="k2"))
    ticking(60)

    believed = stage.all_at_once(server, lambda _: ask(shop, kid="k2"), 20)

    assert believed == [True] * 20
    assert fetched(listener) == 2


def test_while_one_fetches_again_the_others_do_not_wait(server, shop, listener, ticking):
    ask(shop)
    asked, go_on = threading.Event(), threading.Event()
    listener.answer("/jwks", script=lambda _write: (asked.set(), go_on.wait(60)))
    ticking(published.FRESH_SECONDS + 1)
    slow = threading.Thread(target=stage.all_at_once, args=(server, lambda _: ask(shop), 1))
    slow.start()
    assert asked.wait(60)

    believed = ask(shop)

    waiting = slow.is_alive()
    go_on.set()
    slow.join()
    assert believed
    assert waiting


def test_no_connection_to_the_database_is_held_while_fetching(server, shop, listener, publish):
    pool, held = db.engine.pool, []
    body = b'{"keys": []}'

    def script(write):
        held.append(pool.checkedout())
        write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body)

    listener.answer("/jwks", script=script)
    db.session.execute(text("SELECT 1"))
    assert pool.checkedout() == 1

    ask(shop)

    assert held == [0]


def test_with_writes_pending_it_says_so_rather_than_wait(shop):
    db.session.add(Client(id="new", described="{}"))

    with pytest.raises(RuntimeError):
        ask(shop)
