"""Which service calls, by a token of its own (RFC 6749 §4.4), and how it is refused (RFC 9457)."""

from flask import Blueprint, current_app, request

from app.auth.tokens import access
from app.foundation import problem_documents, web
from app.foundation.problems import Problem


class Refused(Problem):
    """The token is missing, no service's, no longer good, or does not reach (RFC 6750 §3.1)."""

    def __init__(self, code, status, description, scope=None):
        super().__init__(description)
        self.code, self.status, self.scope = code, status, scope


class Invalid(Problem):
    """Members of the body are missing, unknown or of the wrong kind.

    errors: one dict a member, with ``field``, ``code`` and ``message``.
    """

    code = "invalid_request"

    def __init__(self, errors, status=400):
        super().__init__("Some fields are not as they must be.")
        self.errors, self.status = errors, status


def door(name):
    """Return the blueprint of addresses for services; every refusal is a problem document."""
    blueprint = Blueprint(name, __name__)
    blueprint.register_error_handler(Problem, refuse)
    blueprint.after_request(web.no_store)
    return blueprint


def service(scope):
    """Return the ``client_id`` of the service that calls, whose own token has ``scope``.

    A token of a person does not do, whatever it carries. Raises Refused.
    """
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        raise Refused("missing_token", 401, "An access token is needed.")
    claims = access.read(value.strip())
    if claims is None or not _is_a_services(claims) or not access.is_live(claims):
        raise Refused("invalid_token", 401, "The access token is not valid here.")
    if scope not in claims.get("scope", "").split():
        raise Refused("insufficient_scope", 403, "The access token does not allow this.", scope)
    return claims["client_id"]


def refuse(problem):
    """Return the problem document of ``problem``."""
    response = problem_documents.of(problem)
    if isinstance(problem, Refused):
        response.headers["WWW-Authenticate"] = _challenge(problem)
    return response


def _is_a_services(claims):
    """Is it for this house, and does it speak of the client itself (RFC 9068 §2.2)?"""
    return claims["aud"] == current_app.config["ISSUER"] and claims["sub"] == claims["client_id"]


def _challenge(problem):
    if problem.code == "missing_token":
        return 'Bearer realm="portaria"'
    needed = f', scope="{problem.scope}"' if problem.scope else ""
    told = f'error="{problem.code}", error_description="{problem.description}"'
    return f'Bearer realm="portaria", {told}{needed}'
