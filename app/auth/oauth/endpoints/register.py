"""The registration endpoint, and where a client manages itself (RFC 7591, RFC 7592).

Not there at all with ``REGISTRATION=off``; see :mod:`app.auth.doors`.
"""

from flask import Blueprint, Response, current_app, json, request

from app.auth.flows import self_registration
from app.auth.oauth import explaining
from app.foundation import limits, web
from app.foundation.intake import Malformed, TooLarge, WrongKind
from app.foundation.logs import log
from app.foundation.problems import Problem

register = Blueprint("register", __name__)

LIMIT = "60/minute"  # registrations from one address
LIMIT_MANAGED = "120/minute"
CHALLENGE = 'Bearer realm="portaria", error="invalid_token"'


@register.post("/oauth/register")
@limits.by_address("registration", LIMIT)
def accept():
    """Register the client that the body describes (RFC 7591 §3.1)."""
    return _answer(self_registration.begin(web.json_body(), _presented()), 201)


@register.get("/oauth/register/<client_id>")
@limits.by_address("managed registration", LIMIT_MANAGED)
def tell(client_id):
    """Answer with what is registered, the secret aside (RFC 7592 §2.1)."""
    return _answer(self_registration.tell(client_id, _presented()))


@register.put("/oauth/register/<client_id>")
@limits.by_address("managed registration", LIMIT_MANAGED)
def change(client_id):
    """Replace the description by that of the body (RFC 7592 §2.2)."""
    return _answer(self_registration.change(client_id, _presented(), web.json_body()))


@register.delete("/oauth/register/<client_id>")
@limits.by_address("managed registration", LIMIT_MANAGED)
def leave(client_id):
    """Remove the client and end what it holds (RFC 7592 §2.3)."""
    self_registration.leave(client_id, _presented())
    return web.no_store(Response(status=204))


@register.errorhandler(Problem)
def refuse(problem):
    """Say what is wrong as RFC 7591 §3.2.2 does, or a bad token as RFC 6750 §3 does."""
    log.info("refused", problem=problem.code, status=problem.status, detail=problem.detail)
    explaining.keep(problem)
    code = problem.code
    if isinstance(problem, Malformed | TooLarge | WrongKind):
        code = "invalid_client_metadata"
    elif problem.status in {429, 503}:
        code = "temporarily_unavailable"
    told = {"error": code, "error_description": problem.description}
    answer = Response(json.dumps(told), problem.status, mimetype="application/json")
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return web.no_store(answer)


def _presented():
    """The bearer token of the header, the one place where it is taken (RFC 6750 §2.1), or None."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _answer(registered, status=200):
    issuer = current_app.config["ISSUER"]
    told = registered | {
        "registration_client_uri": f"{issuer}/oauth/register/{registered['client_id']}"
    }
    return web.no_store(Response(json.dumps(told), status, mimetype="application/json"))
