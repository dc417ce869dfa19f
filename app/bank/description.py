"""How the bank describes itself at ``/openapi.json``; only the rooms that are open are in it."""

from http import HTTPStatus

from app.bank.atm import described as atm
from app.bank.deeds import described as deeds
from app.bank.payments import described as payments
from app.bank.reports import described as reports
from app.bank.wallet import described as wallet
from app.bank.wallet import owner_described as owner
from app.foundation import health
from app.foundation.openapi import door
from app.foundation.openapi.document import Described
from app.foundation.openapi.operation import (
    TEXT,
    Answer,
    Body,
    Header,
    Operation,
    Parameter,
    answer,
    members,
    ref,
    text,
)

PROBLEM = "application/problem+json"
SCHEMAS = {
    "Problem": members(
        ("type", "title", "status", "code", "trace_id"),
        more=False,
        type=TEXT,
        title=text("The status, in words"),
        status={"type": "integer"},
        code=text("A short name for programs"),
        detail=text("A sentence for whoever builds the app"),
        trace_id=text("By which the operator finds this request"),
        missing={"type": "array", "items": TEXT, "description": "Of what a wallet's owner is"},
        acr_values={"type": "array", "items": TEXT, "description": "Levels that would do"},
        max_age={"type": "integer", "description": "Seconds since the sign-in that would do"},
        scope=text("To ask for again, with the details"),
        authorization_details={
            "type": "array",
            "items": {"type": "object"},
            "description": "What to ask approval of (RFC 9396)",
        },
        errors={
            "type": "array",
            "items": members(
                ("field", "code", "message"), more=False, field=TEXT, code=TEXT, message=TEXT
            ),
        },
    ),
    "ProtectedResource": members(
        ("resource", "authorization_servers"),
        resource=text("The audience a token must have"),
        authorization_servers={"type": "array", "items": TEXT},
        scopes_supported={"type": "array", "items": TEXT},
        bearer_methods_supported={"type": "array", "items": TEXT},
    ),
}


def _problem(says, status, code, detail, headers=None):
    """One refusal as a problem document (RFC 9457), with an example."""
    example = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    example |= {"code": code, "detail": detail, "trace_id": "req_4f9a"}
    body = Body(ref("Problem"), {code: example}, media=PROBLEM)
    return Answer(says, (body,), headers or {})


_RETRY = {"Retry-After": Header("Seconds until it is worth another try", always=False)}
_CHALLENGE = {"WWW-Authenticate": Header("What would do (RFC 6750 §3, RFC 9470 §3)")}
COMMON = {
    "BadRequest": _problem(
        "The request is not as it must be",
        400,
        "invalid_request",
        "Some fields are not as they must be.",
    ),
    "NoToken": _problem(
        "No token, none that is good here, or the person must approve it first",
        401,
        "missing_token",
        "An access token is needed.",
        _CHALLENGE,
    ),
    "NotAllowed": _problem(
        "The token does not reach so far, or belongs to someone else",
        403,
        "not_the_owner",
        "The token belongs to someone else.",
    ),
    "NotFound": _problem("There is no such thing", 404, "not_found", "There is nothing here."),
    "KeyReused": _problem(
        "The key was used for another body or path, or the approval for another deed",
        409,
        "idempotency_key_reused",
        "This Idempotency-Key was used with another body or path.",
    ),
    "NoneYet": _problem(
        "It was not completed, or not yet",
        409,
        "no_receipt",
        "There is a receipt once the payment is completed.",
    ),
    "InTheWay": _problem(
        "Something was done before that stands in the way",
        409,
        "already_used",
        "This voucher was used.",
    ),
    "TooLate": _problem(
        "It was good, and is no more",
        410,
        "expired",
        "This voucher has expired or was cancelled.",
    ),
    "TooManyVouchers": _problem(
        "Too many tries",
        429,
        "too_many_attempts",
        "Too many vouchers were wrong here. Try again later.",
        _RETRY,
    ),
    "TooManyChallenges": _problem(
        "Too many deeds of this person asked for approval",
        429,
        "too_many_challenges",
        "Too many deeds asked for approval. Try again later. Nothing has moved.",
        _RETRY,
    ),
    "BodyTooLarge": _problem(
        "The body is too large", 413, "content_too_large", "The request is too large."
    ),
    "WrongBody": _problem(
        "The body is of another kind",
        415,
        "unsupported_media_type",
        "The body must be application/json.",
    ),
    "CannotBe": _problem(
        "Understood, and it cannot be done",
        422,
        "insufficient_funds",
        "There is not enough money in the wallet.",
    ),
    "Away": _problem(
        "Something we stand on is away",
        503,
        "temporarily_unavailable",
        "The service is busy. Try again in a moment.",
        _RETRY,
    ),
}
RESOURCES = {
    "oauth_protected_resource.show": Operation(
        "Operations",
        {
            200: answer(
                "Which issuer, which scopes (RFC 9728)",
                ref("ProtectedResource"),
                {"Cache-Control": Header("How long it may be kept")},
            ),
            404: "NotFound",
        },
        parameters={
            "path": Parameter(
                "The part of the API",
                text("A path", pattern="^[A-Za-z0-9._~/-]+$"),
                where="path",
                example="wallet",
            )
        },
    )
}
DESCRIBED = Described(
    title="Portaria: the bank",
    says="The bank's APIs. Tokens come from the authorization server that the metadata names.",
    operations=(
        wallet.OPERATIONS,
        owner.OPERATIONS,
        payments.OPERATIONS,
        atm.OPERATIONS,
        reports.OPERATIONS,
        deeds.OPERATIONS,
        RESOURCES,
        health.OPERATIONS,
        door.OPERATIONS,
    ),
    tags=wallet.TAGS | payments.TAGS | atm.TAGS | reports.TAGS | health.TAGS,
    schemas=SCHEMAS
    | wallet.SCHEMAS
    | owner.SCHEMAS
    | deeds.SCHEMAS
    | payments.SCHEMAS
    | atm.SCHEMAS
    | reports.SCHEMAS
    | health.SCHEMAS,
    common=COMMON,
    everywhere={400: "BadRequest", 503: "Away"},
    with_body={413: "BodyTooLarge"},
    security_schemes=lambda _app: {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token got elsewhere.",
        },
        "machine": {
            "type": "http",
            "scheme": "bearer",
            "description": "A machine's own token, got by client credentials.",
        },
    },
)
