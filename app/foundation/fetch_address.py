"""An address as ``fetch`` reads it: the one reading, so that what is checked is what is used."""

import re
from typing import NamedTuple

import httpcore

from app.foundation.fetch_guard import Failed

LONGEST = 2000  # characters
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?(?P<target>[/?][!-\[\]-~]*)?",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """A web address, taken apart."""

    scheme: str  # small letters
    host: str  # small letters; an IPv6 address in brackets
    port: int
    target: str

    @property
    def place(self):
        """Its ``host:port``, as an operator lists it."""
        return f"{self.host}:{self.port}"

    @property
    def authority(self):
        """What the ``Host`` header says (RFC 9110 §7.2)."""
        return self.host if self.port == PORTS[self.scheme] else self.place

    @property
    def origin(self):
        """What httpcore connects to and, by https, verifies."""
        return httpcore.Origin(self.scheme.encode(), self.host.strip("[]").encode(), self.port)

    @property
    def url(self):
        """What httpcore asks for there."""
        scheme, host, port = self.origin.scheme, self.origin.host, self.port
        return httpcore.URL(scheme=scheme, host=host, port=port, target=self.target)


def taken_apart(url, *, ours=False):
    """Return the :class:`Address` that ``url`` is: https, or http to loopback when it is ours.

    ours: the operator's own settings name it. Raises Failed: ``not_https``, ``malformed``.
    """
    if not url[:8].lower().startswith(("https://", "http://" if ours else "https://")):
        raise Failed("not_https")
    found = _ADDRESS.fullmatch(url.partition("#")[0]) if len(url) <= LONGEST else None
    if found is None or int(found["port"] or 443) > 65535:
        raise Failed("malformed")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    if scheme == "http" and host not in LOOPBACK:
        raise Failed("not_https")
    target = found["target"] or "/"
    target = target if target.startswith("/") else f"/{target}"
    return Address(scheme, host, int(found["port"] or PORTS[scheme]), target)
