"""Refusals as problem documents (RFC 9457), with the trace they are found by in the log."""

from http import HTTPStatus
from types import MappingProxyType

from flask import g, json, make_response

_NOTHING = MappingProxyType({})


def answer(status, code, detail=None, errors=(), members=_NOTHING):
    """Return the problem document of a refusal, as a response.

    code: its short name, for programs; detail: a sentence; errors: as of :func:`wrong`; members:
    what stands in it (a mapping) beside the members of every problem.
    """
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
    response = make_response(json.dumps(document | members), int(status))
    response.mimetype = "application/problem+json"
    return response


def of(problem):
    """Return the document of ``problem``: ours, or the gate's, which has the same members."""
    response = answer(
        problem.status,
        problem.code,
        problem.description,
        getattr(problem, "errors", ()),
        getattr(problem, "members", _NOTHING),
    )
    if getattr(problem, "retry_after", None) is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def wrong(field, code, message):
    """Return one entry of a problem's ``errors``: which field, why for programs, why in words."""
    return {"field": field, "code": code, "message": message}
