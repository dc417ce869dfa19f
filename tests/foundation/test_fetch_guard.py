"""Where calls going out may lead: every spelling of an inner address, and names that turn."""

import socket
from contextlib import ExitStack, contextmanager
from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.fetch_guard import is_public
from tests.foundation.test_fetch import calling, get, reason
from tests.support.listener import Listener
from tests.support.marks import abuse, asvs, behaviour


@pytest.fixture
def context():
    """A house that may call nobody inside, a context open."""
    app = calling()
    with app.app_context():
        yield app


@pytest.fixture
def looked_up(monkeypatch):
    """Say what names resolve to, look-up after look-up, and return what was asked."""
    asked = []

    def say(*answers):
        left = list(answers)

        def answer(host, port, **_options):
            asked.append((host, port))
            found = left.pop(0) if left else []
            return [_row(address, port) for address in found]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return asked

    return say


def _row(address, port):
    six = ":" in address
    family = socket.AF_INET6 if six else socket.AF_INET
    return family, socket.SOCK_STREAM, 6, "", (address, port, 0, 0) if six else (address, port)


INNER = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200"),  # noqa: S104 (to be refused, not bound)
    *(
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
    ),
    *("192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("168.63.129.16", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"),
    *("2002:7f00:1::", "2002:808:808::", "2001:0:7f00:1::", "2001:10::1", "2001:20::1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8"),
    *("100::1", "2001:2::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "fe80::1%eth0"),
]
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255"),
    *("172.15.255.255", "172.32.0.1", "192.0.1.1", "192.169.0.1", "223.255.255.255"),
    *("2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "64:ff9b::8.8.8.8"),
]


TRANSLATED = IPv6Network("64:ff9b::/96")  # judged by the IPv4 address inside


@asvs("13.2.4")
@abuse("C-05")
@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is(address):
    assert is_public(address)


@abuse("C-05")
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_public_that_the_standard_library_calls_inner(address):
    if is_public(str(address)) and address not in TRANSLATED:
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@abuse("C-05")
@given(st.ip_addresses(v=4))
def test_an_address_in_another_form_is_judged_no_better(address):
    for prefix in ("64:ff9b::", "::ffff:", "::"):
        assert is_public(address) or not is_public(f"{prefix}{address}")
    assert not is_public(IPv6Address((0x2002 << 112) | (int(address) << 80)))
    assert not is_public(IPv6Address((0x20010000 << 96) | (int(address) ^ 0xFFFFFFFF)))


SPELLINGS = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"),
    *("0", "0.0.0.0", "169.254.169.254", "2852039166", "0xa9fea9fe", "10.1"),  # noqa: S104 (to be refused, not bound)
    *(
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::7f00:1]",
    ),
    *("[::ffff:7f00:1]", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00::1]"),
]


@asvs("1.3.6")
@abuse("C-05")
@pytest.mark.parametrize("host", SPELLINGS)
def test_every_spelling_of_an_inner_address_is_refused(context, host):
    assert reason(f"https://{host}/") == "address_refused"
    assert reason(f"https://{host}:8443/") == "address_refused"


MALFORMED = [
    *("https://", "https:///a", "https://user@host.example/", "https://u:p@host.example/"),
    *("https://@host.example/", "https://host.example:/", "https://host.example:99999/"),
    *("https://host.example:-1/", "https://host.example:8_0/", "https://host.example:٣/"),
    *("https://[::1", "https://[::1]x/", "https://::1/", "https://[fe80::1%25eth0]/"),
    *("https://host.example\\@127.0.0.1/", "https://host.example/a b", "https://ho st.example/"),
    *("https://host.example/\r\nX: y", "https://host.example/\x00", "https://host.example\t/"),
    *("https://１２７.0.0.1/", "https://hóst.example/", "https://%31%32%37.0.0.1/"),
    *("https://.example/", "https://a..example/", "https://-a.example/", "https://a.example./"),
    *("https://host.example/é", "https://host.example/\udc80", "https://*.example/"),
    *("https:// host.example/", "https://" + "a" * 64 + ".example/"),
    "https://host.example/" + "a" * 2000,
]


@abuse("C-05")
@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_address_is_not_looked_up(context, looked_up, url):
    asked = looked_up()

    assert reason(url) == "malformed"
    assert asked == []


@asvs("12.2.1")
@pytest.mark.parametrize(
    "url",
    ["http://host.example/", "ftp://host.example/", "file:///etc/passwd", "host.example", "",
     "//host.example/", " https://host.example/", "https:/host.example", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_only_https_is_spoken(context, looked_up, url):
    asked = looked_up()

    assert reason(url) == "not_https"
    assert asked == []


@abuse("C-05")
def test_one_inner_address_among_public_ones_is_enough_to_refuse(context, looked_up):
    looked_up(["8.8.8.8", "2606:4700::1111", "10.0.0.1"])

    assert reason("https://mixed.example/") == "address_refused"


@abuse("C-05")
def test_a_name_that_turns_is_looked_up_once_and_its_first_address_is_used(looked_up, tmp_path):
    with Listener(tmp_path, names=["shop.example"]) as shop:
        url = shop.answer("/a", json={})
        with calling(**shop.settings).app_context():
            asked = looked_up(["127.0.0.1"], ["127.0.0.2"])

            assert get(url).body == b"{}"

    assert asked == [("shop.example", shop.port)]


@asvs("1.3.6")
@abuse("C-05")
def test_a_name_that_turns_to_where_it_may_not_is_refused_at_the_first_word(looked_up, tmp_path):
    with Listener(tmp_path, names=["shop.example"]) as shop:
        url = shop.answer("/a", json={})
        with calling(OUTBOUND_CA_FILE=str(shop.ca_file)).app_context():
            asked = looked_up(["127.0.0.1"], ["8.8.8.8"])

            assert reason(url) == "address_refused"

    assert len(asked) == 1
    assert shop.requests == []


def test_an_address_that_does_not_answer_gives_way_to_the_next(looked_up, tmp_path):
    with Listener(tmp_path, names=["shop.example"]) as shop:
        url = shop.answer("/a", json={})
        with calling(**shop.settings).app_context():
            looked_up(["127.0.0.9", "127.0.0.1"])

            assert get(url).body == b"{}"


def test_an_address_that_swallows_calls_leaves_time_for_the_next(looked_up, tmp_path):
    with Listener(tmp_path, names=["shop.example"]) as shop, swallowing("127.0.0.2", shop.port):
        url = shop.answer("/a", json={})
        with calling(**shop.settings).app_context():
            looked_up(["127.0.0.2", "127.0.0.1"], ["127.0.0.2"])

            assert get(url, seconds=4).body == b"{}"
            assert reason(url, seconds=0.2) == "too_slow"


@contextmanager
def swallowing(address, port):
    """Listen there with a queue that is full: who connects now waits for ever."""
    with ExitStack() as opened:
        door = opened.enter_context(socket.socket())
        door.bind((address, port))
        door.listen(0)
        for _ in range(3):
            caller = opened.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex((address, port))
        yield


@asvs("13.2.4", "13.2.5")
@behaviour(142)
def test_only_the_listed_host_and_port_may_stand_inside(listener, tmp_path):
    url = listener.answer("/a", json={})
    shouted = url.replace("localhost", "LocalHost")
    by_number = url.replace("localhost", "127.0.0.1")

    with Listener(tmp_path) as other, calling(**listener.settings).app_context():
        assert get(shouted).body == b"{}"
        assert reason(by_number) == "address_refused"
        assert reason(other.url()) == "address_refused"
        assert reason("https://localhost/") == "address_refused"


def test_several_places_may_be_listed(listener, tmp_path):
    with Listener(tmp_path) as other:
        places = f"[::1]:1 , {other.place.upper()},{listener.place}"
        settings = {"OUTBOUND_ALLOW_HOSTS": places, "OUTBOUND_CA_FILE": str(other.ca_file)}
        with calling(**settings).app_context():
            assert get(other.answer("/a", json={})).body == b"{}"
            assert reason(listener.url()) == "tls"
