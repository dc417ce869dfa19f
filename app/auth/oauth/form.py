"""What every posted endpoint of the protocol asks of its form (RFC 6749 §3.2)."""

from flask import Blueprint, request

from app.auth.clients import registry
from app.auth.oauth import errors
from app.auth.oauth import server as oauth
from app.foundation import cross_origin
from app.foundation.logs import log
from app.foundation.problems import Problem

MAY_REPEAT = {"resource"}


def blueprint(name, module):
    """Return a blueprint for posted endpoints: strict forms in, OAuth errors out, never cached."""
    made = Blueprint(name, module)
    made.before_request(check)
    made.register_error_handler(Problem, _as_oauth)
    return made


def in_browsers_too(made):
    """Let public clients call ``made`` from the pages of their own origin; return it."""
    return cross_origin.for_some(made, _origins)


def check():
    """Refuse what is no form or repeats a parameter; the query never counts (RFC 6749 §3.2)."""
    if request.method != "POST":
        return None
    if request.mimetype != "application/x-www-form-urlencoded":
        wrong = "The body must be application/x-www-form-urlencoded."
    elif any(len(v) > 1 for k, v in request.form.lists() if k not in MAY_REPEAT):
        wrong = "A parameter is repeated."
    else:
        return None
    return oauth.current().handle_error_response(None, errors.InvalidRequest(wrong))


def _origins():
    """Those of the client that the form names: a public one has no other way to be known."""
    client = registry.find(request.form.get("client_id"))
    return client.origins if client else ()


def _as_oauth(problem):
    """A refusal from below in the protocol's own words."""
    log.info("refused", problem=problem.code, status=problem.status, detail=problem.detail)
    code = "temporarily_unavailable" if problem.status in {429, 503} else "invalid_request"
    error = errors.Refused(error=code, description=problem.description)
    error.status_code = problem.status
    answer = oauth.current().handle_error_response(None, error)
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer
