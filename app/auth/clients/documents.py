"""The existing client documents: three first-party apps that keep the JSON they have (C27).

Each is a client like any other, with a row of its own, so that it can be disabled, narrowed and
counted; how its tokens look and how long they live is in this table alone (`decisions.md` §7).
"""

import json
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, text

from app.auth.audit import events
from app.auth.clients.members import DEFAULTS
from app.auth.database import db
from app.foundation import clock
from app.foundation.database import UtcDateTime

USES = "document_requests"  # counted by number: who still calls (C27)

_PERSON = "openid profile email phone"
_BANK = "wallet:read wallet:transfer payments:write atm:withdraw reports:read"


class Document(NamedTuple):
    """One document.

    profile: which claims its tokens carry (`tokens.documents.profiles`); scope: what they allow,
    space-separated; lifetime: the setting that says for how long; refresh: ``rotating`` or
    ``lasting``, None where it has no refresh tokens.
    """

    number: str
    client_id: str
    name: str
    profile: str
    scope: str
    lifetime: str = "ACCESS_TOKEN_SECONDS"
    refresh: str | None = None

    @property
    def is_on(self):
        """Is the document served here (``LEGACY_DOCUMENTS``)?"""
        return self.number in current_app.config["LEGACY_DOCUMENTS"].split(",")

    @property
    def session_seconds(self):
        """How long somebody who came by it stays: as long as what they were given."""
        setting = "REFRESH_TOKEN_SECONDS" if self.refresh else self.lifetime
        return current_app.config[setting]


COINPAY = Document(
    "001", "legacy-coinpay", "Coinpay", "coinpay", f"{_PERSON} {_BANK}", refresh="lasting"
)
API = Document(
    "002", "legacy-api", "API", "api", "profile wallet:read", lifetime="LEGACY_API_TOKEN_TTL"
)
NEST = Document("004", "legacy-nest", "NestJS", "nest", f"{_PERSON} {_BANK}", refresh="rotating")
CATALOGUE = {document.client_id: document for document in (COINPAY, API, NEST)}

# Written so, because two processes may start at once.
_ADD = text(
    "INSERT INTO clients (id, described, name_folded, application_type, registered_by, created_at,"
    " updated_at, verified_at) VALUES (:id, :described, :name_folded, 'native', :by, :now, :now,"
    " :now) ON CONFLICT (id) DO NOTHING"
).bindparams(bindparam("now", type_=UtcDateTime))


def ensure():
    """See that each document's client has its row; one that is there is left as it is."""
    for document in CATALOGUE.values():
        values = {"id": document.client_id, "name_folded": document.name.casefold()}
        values |= {"described": _described(document), "by": events.SYSTEM, "now": clock.now()}
        db.session.execute(_ADD, values)


def _described(document):
    """It has no grant: no token endpoint of ours gives it anything."""
    described = DEFAULTS | {
        "client_name": document.name,
        "application_type": "native",
        "grant_types": [],
        "response_types": [],
        "scope": document.scope,
        "token_endpoint_auth_method": "none",
        "access_token_signed_response_alg": "RS256",
    }
    return json.dumps(described)
