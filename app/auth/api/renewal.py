"""``POST /auth/refresh``: one address for documents 001 and 004 (C9)."""

from flask import jsonify

from app.auth.api import wire
from app.auth.clients import documents
from app.auth.flows.documents import renewal as renewing
from app.foundation.problems import Problem

renewal = wire.door("renewal", documents.NEST, shared=True)


class InvalidGrant(Problem):
    """The refresh token is expired, ended, used before, or none of a document's."""

    code = "invalid_grant"
    status = 401
    description = "The refresh token is no longer good: sign in again."


@renewal.post("/auth/refresh")
def renew():
    """Give the next pair: a new refresh token, or the same where the document's last (C9).

    The refusal is returned, not raised, so that the end of a family stays.
    """
    tokens = renewing.renew(wire.body("refresh_token")["refresh_token"])
    return wire.refuse(InvalidGrant()) if tokens is None else jsonify(wire.pair(tokens))
