"""Find a client: read and parsed once, kept in the process for ``CACHE_SECONDS`` at most.

A miss is not kept. A disabled client is seen within those seconds by every worker, and at once
by whatever redeems, rotates or looks at a token, since those statements ask for its state.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin
from flask import current_app

from app.auth.clients import addresses
from app.auth.clients.members import DEFAULTS
from app.auth.database import hot
from app.foundation import clock, digests
from app.foundation.hot import Statement


class Row(NamedTuple):
    """A client as stored, one row for each of its secrets."""

    described: str
    disabled_at: datetime | None
    verified_at: datetime | None
    last_used_at: datetime | None
    value_digest: bytes | None


FIND = Statement(
    "SELECT c.described, c.disabled_at, c.verified_at, c.last_used_at, s.value_digest"
    " FROM clients c LEFT JOIN client_secrets s ON s.client_id = c.id"
    " AND (s.ends_at IS NULL OR s.ends_at > :now) WHERE c.id = :client_id",
    Row,
)
TOUCH = Statement(
    "UPDATE clients SET last_used_at = :now"
    " WHERE id = :client_id AND (last_used_at IS NULL OR last_used_at < :before)"
)
TOUCHED = timedelta(hours=1)  # `last_used_at` is written no oftener
MOST = 10_000  # records kept in a process
_LOOPBACK = re.compile(
    r"(http://(?:127(?:\.\d{1,3}){3}|\[::1\]))(?::(\d{1,5}))?([/?].*)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class ClientRecord(ClientMixin):
    """A registered client as everybody else sees it; answers Authlib's questions."""

    client_id: str
    disabled: bool
    secrets: tuple
    described: dict
    redirect_uris: tuple
    scope: tuple
    grant_types: frozenset
    auth_method: str
    verified: bool
    last_used_at: datetime | None
    loopback_uris: tuple = field(default=())

    def __getattr__(self, name):
        """Read any other registered member; None where the client gave none."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.described.get(name)

    @property
    def name(self):
        """The name shown to people, else the client's id."""
        return self.described.get("client_name") or self.client_id

    def localized(self, member, locale):
        """Return a member in ``locale``, else without one (OIDC Registration §2.1)."""
        return self.described.get(f"{member}#{locale}") or self.described.get(member)

    @property
    def sector(self):
        """Whose clients know a person by one name; None: the name all others use (OIDC Core §8.1).

        The host of the sector document, else the one host of its redirect URIs.
        """
        if self.described["subject_type"] != "pairwise":
            return None
        return urlsplit(
            self.described.get("sector_identifier_uri") or self.redirect_uris[0]
        ).hostname

    @property
    def needs_pkce(self):
        """Must this client send a challenge (`decisions.md` §4)?"""
        return self.auth_method == "none" or self.described["require_pkce"]

    @property
    def hears_of_logout(self):
        """Does it have an address where it wants to hear that a session is over?"""
        return bool(self.backchannel_logout_uri or self.frontchannel_logout_uri)

    @property
    def origins(self):
        """The web origins (set) whose scripts may read what it is granted.

        Those of its redirect URIs; none for a client with a secret, which no browser can keep.
        """
        web = (uri for uri in self.redirect_uris if uri.startswith("http"))
        return {addresses.origin(uri) for uri in web} if self.auth_method == "none" else set()

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope):
        asked = (scope or "").split()
        return " ".join(name for name in self.scope if name in asked)

    def check_redirect_uri(self, redirect_uri):
        """Exact comparison; on a loopback address the port may differ (RFC 8252 §7.3)."""
        return redirect_uri in self.redirect_uris or (
            bool(self.loopback_uris) and _without_port(redirect_uri) in self.loopback_uris
        )

    def check_client_secret(self, client_secret):
        digest = digests.of(client_secret)
        return sum(digests.same(digest, known) for known in self.secrets) > 0

    def check_endpoint_auth_method(self, method, _endpoint):
        """Exactly the registered method, at every endpoint (Authlib's own says yes elsewhere)."""
        return self.auth_method == method

    def check_response_type(self, response_type):
        return response_type == "code" and "authorization_code" in self.grant_types

    def check_grant_type(self, grant_type):
        return grant_type in self.grant_types


def find(client_id):
    """Return the :class:`ClientRecord` of ``client_id``, or None."""
    cache = current_app.extensions["clients"]
    now = clock.ticks()
    kept = cache.get(client_id)
    if kept and now < kept[0]:
        return kept[1]
    if not _is_shaped(client_id):
        return None
    rows = hot.run(FIND, client_id=client_id, now=clock.now())
    if not rows:
        cache.pop(client_id, None)
        return None
    if len(cache) >= MOST:
        cache.clear()
    record = parse(client_id, rows)
    cache[client_id] = (now + current_app.config["CACHE_SECONDS"], record)
    return record


def touch(client):
    """Note that ``client`` has just proved itself; written once an hour at most."""
    before = clock.now() - TOUCHED
    if client.last_used_at is None or client.last_used_at < before:
        hot.run(TOUCH, client_id=client.client_id, now=clock.now(), before=before)
        forget(client.client_id)


def institution_of(client_id):
    """Return the code of the institution that a client belongs to, or None."""
    client = find(client_id) if client_id else None
    return client and client.institution


def forget(client_id):
    """Read this client again at the next question."""
    current_app.extensions["clients"].pop(client_id, None)


def parse(client_id, rows):
    """Return the record that ``rows`` of :data:`FIND` describe."""
    described = DEFAULTS | json.loads(rows[0].described)
    uris = tuple(described["redirect_uris"])
    return ClientRecord(
        client_id=client_id,
        disabled=rows[0].disabled_at is not None,
        secrets=tuple(row.value_digest for row in rows if row.value_digest),
        described=described,
        redirect_uris=uris,
        scope=tuple(described["scope"].split()),
        grant_types=frozenset(described["grant_types"]),
        auth_method=described["token_endpoint_auth_method"],
        verified=rows[0].verified_at is not None,
        last_used_at=rows[0].last_used_at,
        loopback_uris=tuple(filter(None, map(_without_port, uris))),
    )


def _without_port(uri):
    """The address less its port when it is http on a loopback IP literal, else None.

    Cut out of the text itself: a parser would pass over line ends, spaces and an empty fragment,
    and two addresses that differ would look the same (R-04).
    """
    found = _LOOPBACK.fullmatch(uri)
    if found is None or int(found[2] or 0) > 65535:
        return None
    return found[1] + (found[3] or "")


def _is_shaped(client_id):
    return isinstance(client_id, str) and 0 < len(client_id) <= 200 and client_id.isprintable()
