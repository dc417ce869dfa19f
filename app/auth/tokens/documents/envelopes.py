"""Refresh tokens as JWTs (``rt+jwt``), as documents 001 and 004 have them (C10).

The JWT is an envelope: its ``jti`` is a refresh token of ours, kept and judged like any other, so
that signing one takes our key and the row's secret. It is for nobody but this server: every API
refuses its type and its audience.
"""

from flask import current_app

from app.auth.clients import documents
from app.auth.keys import ring
from app.auth.tokens import refresh
from app.foundation import clock

TYPE = "rt+jwt"


def seal(token, client_id, subject, told, *, since, until):
    """Return the refresh ``token`` (`refresh.Token`) of a document's client in its envelope.

    told: the claims it carries of ``subject`` beside ours. since, until: when it became its
    family's current one, and when the family ends (aware), so that every copy says the same.
    """
    claims = told | {
        "iss": current_app.config["ISSUER"],
        "aud": current_app.config["ISSUER"],
        "sub": subject,
        "iat": int(since.timestamp()),
        "exp": int(until.timestamp()),
        "jti": token.value,
        "client_id": client_id,
    }
    return ring.sign(claims, alg="RS256", typ=TYPE)


def open(value):
    """Return ``(token, document)`` that the envelope ``value`` holds, or None.

    token: a `refresh.Token`; whether it still lives is another question.
    """
    claims = ring.verify(value, typ=TYPE) if value.isascii() else None
    if claims is None or claims["exp"] <= clock.seconds():
        return None
    token = refresh.parse(claims["jti"])
    document = documents.CATALOGUE.get(claims["client_id"])
    return (token, document) if token and document and document.is_on else None
