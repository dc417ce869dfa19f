"""Refusals as problem documents (RFC 9457), with the trace they are found by in the log."""

from http import HTTPStatus

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from app.foundation import problem_documents
from app.foundation.logs import log
from app.foundation.problems import Problem, Unavailable

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


def init_app(app):
    """Answer every refusal of ``app`` as a problem document."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _answer_http)
    for away in (OperationalError, InterfaceError, PoolExhausted):
        app.register_error_handler(away, _database_away)


def answer(refusal):
    """Return the problem document of ``refusal``: ours, or the gate's."""
    log.info("refused", problem=refusal.code, status=refusal.status, detail=refusal.detail)
    return problem_documents.of(refusal)


def _answer_http(error):
    if error.code is None or error.code < 400:
        return error
    status = HTTPStatus(error.code)
    code = _CODES.get(status, status.phrase.lower().replace(" ", "_"))
    response = problem_documents.answer(status, code)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _database_away(error):
    why = type(getattr(error, "orig", None) or error).__name__
    log.error("database away", error=why)
    return answer(Unavailable(detail=why))
