"""The way out for ``fetch``: a name looked up once, its addresses judged, all on one deadline.

The address that was judged is the one connected to: there is no second look-up that could answer
differently (DNS rebinding). Everything is refused that is not globally routable unicast by the
special-purpose registries of IANA (RFC 6890).
"""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

import httpcore

from app.foundation import clock

LOOK_UPS = 32  # at once in a process; one cannot be interrupted, only left behind
TRIES = 4  # addresses of one name
ENVELOPE = 32 * 1024  # bytes an answer may have beside its body

_SPECIAL = [
    *map(IPv4Network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8")),
    *map(IPv4Network, ("169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24")),
    *map(IPv4Network, ("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24")),
    *map(IPv4Network, ("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")),
    IPv4Network("168.63.129.16/32"),  # public by number, yet inside every machine of one cloud
]
_GLOBAL_6 = IPv6Network("2000::/3")  # outside: mapped, local, multicast, unassigned
_SPECIAL_6 = [
    IPv6Network("2001::/23"),  # Teredo, ORCHID, benchmarks
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),
]
_TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64: an IPv4 address in its last 32 bits (RFC 6052)


class Failed(Exception):
    """Nothing usable came back. ``reason`` is one fixed word, for the log and for counting."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Budget:
    """What one request may still cost, in seconds and in bytes received."""

    def __init__(self, seconds, most):
        """seconds: for all of it, from now; most: bytes of body."""
        self._ends_at = clock.ticks() + seconds
        self._bytes_left = most + ENVELOPE

    def seconds(self):
        """Return the seconds left. Raises Failed: when there are none."""
        left = self._ends_at - clock.ticks()
        if left <= 0:
            raise Failed("too_slow")
        return left

    def spend(self, count):
        """Note ``count`` more bytes received. Raises Failed: when it is too much."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise Failed("too_large")


def is_public(address):
    """May anybody's word make us connect to ``address`` (text)?"""
    asked = ip_address(address)
    if asked in _TRANSLATED:
        asked = IPv4Address(int(asked) & 0xFFFFFFFF)
    if asked.version == 4:
        return not any(asked in network for network in _SPECIAL)
    return asked in _GLOBAL_6 and not any(asked in network for network in _SPECIAL_6)


class Resolver:
    """Looks names up in threads, since a look-up takes no time limit of ours."""

    def __init__(self):
        self._threads = ThreadPoolExecutor(LOOK_UPS, "look-up")

    def find(self, host, port, budget):
        """Return ``[(family, sockaddr)]``: every address of ``host``, in the system's order.

        Raises Failed.
        """
        looking = self._threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = looking.result(budget.seconds())
        except TimeoutError:
            looking.cancel()
            raise Failed("too_slow") from None
        except (OSError, UnicodeError):
            raise Failed("unresolved") from None
        return [(family, address) for family, _, _, _, address in found]


class Guard(httpcore.NetworkBackend):
    """Connects one request, to an address it has judged."""

    def __init__(self, resolver, budget, *, inside):
        """inside: whether this host and port may stand at an address that is not public."""
        self._resolver = resolver
        self._budget = budget
        self._inside = inside

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        found = self._resolver.find(host, port, self._budget)
        if not self._inside and not all(is_public(address[0]) for _, address in found):
            raise Failed("address_refused")
        return Stream(self._connected(found[:TRIES]), self._budget)

    def _connected(self, found):
        reason = "unreachable"
        for tried, (family, address) in enumerate(found):
            seconds = self._budget.seconds() / (len(found) - tried)
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(seconds)
            try:
                connection.connect(address)
                return connection
            except OSError as error:
                connection.close()
                reason = "too_slow" if isinstance(error, TimeoutError) else "unreachable"
        raise Failed(reason)


class Stream(httpcore.NetworkStream):
    """A connection on which nothing takes longer or brings more than the budget allows."""

    def __init__(self, connection, budget):
        self._connection = connection
        self._budget = budget

    def read(self, max_bytes, timeout=None):
        data = self._bounded(self._connection.recv, max_bytes)
        self._budget.spend(len(data))
        return data

    def write(self, buffer, timeout=None):
        while buffer:
            buffer = buffer[self._bounded(self._connection.send, buffer) :]

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        def shake_hands(connection):
            return ssl_context.wrap_socket(connection, server_hostname=server_hostname)

        try:
            self._connection = self._bounded(shake_hands, self._connection)
        except Failed:
            self.close()
            raise
        return self

    def close(self):
        self._connection.close()

    def _bounded(self, deed, argument):
        self._connection.settimeout(self._budget.seconds())
        try:
            return deed(argument)
        except TimeoutError:
            raise Failed("too_slow") from None
        except (ssl.SSLError, ValueError):
            raise Failed("tls") from None
        except OSError:
            raise Failed("unreachable") from None
