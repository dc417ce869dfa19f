"""Refusals as problem documents (RFC 9457), with the trace they are found by in the log."""

from http import HTTPStatus
from types import MappingProxyType

from flask import g, json, make_response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from app.foundation.logs import log
from app.foundation.problems import Problem, Unavailable

_NOTHING = MappingProxyType({})
_CODES = {400: "invalid_request", 500: "server_error"}


class Invalid(Problem):
    """Fields of the body are missing, unknown or of the wrong kind.

    errors: one dict a field, with ``field``, ``code`` and ``message``.
    """

    code = "invalid_request"
    status = 400
    description = "Some fields are not as they must be."

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


def wrong(field, code, message):
    """Return one entry of a problem's ``errors``."""
    return {"field": field, "code": code, "message": message}


def init_app(app):
    """Answer every refusal of ``app`` as a problem document."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _answer_http)
    for away in (OperationalError, InterfaceError, PoolExhausted):
        app.register_error_handler(away, _database_away)


def answer(refusal):
    """Return the problem document of ``refusal``: ours, or the gate's.

    What it has as ``members`` (dict) stands in the document beside the members of every problem.
    """
    log.info("refused", problem=refusal.code, status=refusal.status, detail=refusal.detail)
    response = _document(
        refusal.status,
        refusal.code,
        refusal.description,
        getattr(refusal, "errors", ()),
        getattr(refusal, "members", _NOTHING),
    )
    if getattr(refusal, "retry_after", None) is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _answer_http(error):
    if error.code is None or error.code < 400:
        return error
    status = HTTPStatus(error.code)
    response = _document(status, _CODES.get(status, status.phrase.lower().replace(" ", "_")))
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _database_away(error):
    why = type(getattr(error, "orig", None) or error).__name__
    log.error("database away", error=why)
    return answer(Unavailable(detail=why))


def _document(status, code, detail=None, errors=(), more=_NOTHING):
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "trace_id": g.get("request_id"),
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = list(errors)
    response = make_response(json.dumps(document | more), int(status))
    response.mimetype = "application/problem+json"
    return response
