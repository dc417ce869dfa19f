"""Where a refusal can be read about; on a developer's machine, why it came.

An explanation is read off the refusal itself: the check that raised it is a module whose docstring
says in plain words what it asks and by which clause, so a new check explains itself.
"""

import difflib
import inspect
import re
import sys

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from app.auth.clients import registry
from app.auth.explanations import notes
from app.foundation import logs
from app.foundation.problems import Problem, Unavailable

MOST = 500  # characters of a value shown again
_CLAUSE = re.compile(r"(?:RFC \d{4}|(?:OIDC|OAuth|CIBA|FAPI)[A-Za-z0-9 .-]*?)(?:bis)? §[\d.]*\d")
_WORD = re.compile(r"[a-z][a-z_]+")
_PLACE = "app.auth."
_OWN = {"app.auth.oauth.errors", "app.auth.oauth.server", __name__}


def keep(error):
    """Keep, on a developer's machine, why ``error`` came: an OAuth2Error or a Problem.

    An answer that is JSON carries the request's id in ``X-Request-Id`` alone, so that two refusals
    that must look the same do (T-18).
    """
    if current_app.config["APP_ENV"] == "development":
        try:
            notes.keep(g.request_id, _explanation(error))
        except Unavailable:
            logs.log.warning("not explained", error=_code(error))


def address(error):
    """Keep why ``error`` came; return the address of the page about it, with the request's id.

    For answers whose headers the app does not see (RFC 6749 §4.1.2.1, ``error_uri``).
    """
    keep(error)
    return f"{current_app.config['ISSUER']}/errors/{g.request_id}"


def _explanation(error):
    sent = _sent()
    check, docs = _raised_in(error)
    description = error.description or ""
    parameter = _named(description, check, sent)
    return {
        "error": _code(error),
        "description": description,
        "detail": getattr(error, "detail", None),
        "request": f"{request.method} {request.path}",
        "check": check,
        "asks": _first_line(docs[0]),
        "clauses": list(dict.fromkeys(_CLAUSE.findall(" ".join(" ".join(docs).split())))),
        "parameter": parameter,
        "sent": {name: value[:MOST] for name, value in _shown(sent).items()},
        **_registered(parameter, sent),
    }


def _code(error):
    return getattr(error, "error", None) or getattr(error, "code", "")


def _sent():
    """The parameters that came; none where they cannot be read, which is then the refusal."""
    try:
        return {**request.args.to_dict(), **request.form.to_dict()}
    except (Problem, HTTPException):
        return {}


def _raised_in(error):
    """The check that raised ``error`` (its module's name), and the docstrings that speak of it."""
    docs, check = [], None
    for frame, _line in _walked(error.__traceback__):
        module = frame.f_globals["__name__"]
        if module.startswith(_PLACE) and module not in _OWN:
            check = module.removeprefix(_PLACE)
            function = frame.f_globals.get(frame.f_code.co_name)
            docs = [sys.modules[module].__doc__ or "", inspect.getdoc(function) or ""]
    return check, [*docs, inspect.getdoc(type(error)) or ""]


def _walked(trace):
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _named(description, check, sent):
    """The parameter that the sentence names, else the one that the check is named after."""
    words = _WORD.findall(description)
    named = next((word for word in words if "_" in word or word in sent), None)
    last = (check or "").rpartition(".")[2]
    return named or (last if last in sent else None)


def _first_line(doc):
    return " ".join(doc.partition("\n\n")[0].split())


def _shown(sent):
    return logs.redact_fields(None, None, dict(sent))


def _registered(parameter, sent):
    """What the client registered for ``parameter``, and which of it comes nearest."""
    client = registry.find(sent.get("client_id"))
    known = client and {
        "redirect_uri": client.redirect_uris,
        "post_logout_redirect_uri": tuple(client.post_logout_redirect_uris),
        "scope": client.scope,
    }.get(parameter)
    if not known:
        return {}
    near = difflib.get_close_matches(sent.get(parameter, ""), known, n=1, cutoff=0.4)
    return {"registered": list(known), "nearest": near[0] if near else None}
