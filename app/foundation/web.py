"""What every request and answer of a house has: a name, limits, headers, and honest errors."""

import re
from urllib.parse import urlsplit

from flask import Response, current_app, g, jsonify, make_response, render_template, request
from flask.sessions import NullSession, SessionInterface
from jinja2 import TemplateNotFound
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.foundation import clock, ids, intake, logs, metrics, uploads
from app.foundation.intake import Malformed, StrictRequest, TooLarge, WrongKind, checked
from app.foundation.logs import log
from app.foundation.problems import Problem, Unavailable

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action {form_action};{frames} frame-ancestors 'none'; "
    "base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types {types}; worker-src {workers}"
)
OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'"
EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),  # scripts that may ask do so by CORS
)
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
CODES = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed"}
CODES |= {413: TooLarge.code, 415: WrongKind.code, 500: "server_error"}

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//(\*:[0-9]+|[A-Za-z0-9.:_-]+))?\Z")


class NoSession(SessionInterface):
    """Flask's own session, switched off: ours is a row in the database."""

    _none = NullSession()

    def open_session(self, app, request):
        """Return the one session that keeps nothing."""
        return self._none


def init_app(app):
    """Give ``app`` the request it reads, the headers it sends, and its error answers."""
    app.request_class = StrictRequest
    app.session_interface = NoSession()
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
    https = (HTTPS_ONLY,) if app.config["ISSUER"].startswith("https:") else ()
    app.extensions["headers"] = (*EVERYWHERE, *https)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(Problem, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    for away in (OperationalError, InterfaceError, PoolExhausted):
        app.register_error_handler(away, _database_away)


def no_store(response):
    """Forbid every cache to keep ``response`` (RFC 6749 §5.1); return it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def allow_form_action(origin):
    """Let forms of this answer's page lead to ``origin``, or to a bare scheme (``com.bank.app:``).

    Browsers apply form-action to the redirects after a form too, so a journey allows its client's.
    Raises ValueError: when it is neither.
    """
    g.setdefault("form_action", ["'self'"]).append(_checked_origin(origin))


def form_action_alone(origin):
    """Let the form of this answer's page lead to ``origin``, or a bare scheme, and nowhere else.

    Raises ValueError: when it is neither.
    """
    g.form_action = [_checked_origin(origin)]


def origin(address):
    """Return what a policy calls ``address``: its origin, or its scheme when it is no web's.

    A native app is called by a scheme of its own (RFC 8252 §7.1). A policy has no way to write an
    IPv6 address (CSP Level 3 §2.3.1), so such a one is any host with its port.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}:"
    if "[" in parts.netloc:
        return f"{parts.scheme}://*:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    return f"{parts.scheme}://{parts.netloc}"


def allow_frame(origin):
    """Let this answer's page show frames of the web origin ``origin``; without one it shows none.

    Raises ValueError: when it is no origin.
    """
    if "://" not in origin:
        raise ValueError("not an origin")
    g.setdefault("frames", []).append(_checked_origin(origin))


def allow_worker(policy):
    """Let this answer's page start a worker of ours, whose address its ``policy`` vouches for."""
    g.worker_policy = policy


def wants_html():
    """Does whoever asks prefer a page to JSON? Without a preference: JSON."""
    offered = ["application/json", "text/html"]
    return request.accept_mimetypes.best_match(offered) == "text/html"


def json_body(**fields):
    """Return the JSON object that is this request's body, read strictly; nobody changes it.

    fields: name → type, or a tuple of types with None where it may be missing; then a missing
    field is None and an unknown one is refused. Without any, every object is taken.

    Raises Malformed, TooLarge; WrongKind: not JSON.
    """
    body = request.json_object
    return intake.fitted(body, fields) if fields else body


def error_page(key, status, *, code=None, detail=None, **values):
    """Return the error page: message ``key`` with ``values``, and what a developer may use.

    code: the error's short name; detail: a sentence for who builds the app, in development alone.
    A house without pages answers the same as JSON.
    """
    try:
        page = render_template(
            "pages/error.html",
            key=key,
            values=values,
            status=status,
            code=code,
            detail=detail if current_app.config["APP_ENV"] == "development" else None,
            support=g.get("request_id"),
        )
    except TemplateNotFound:
        return _error_json(status, code or CODES.get(status, "error"), None)
    return Response(page, status, mimetype="text/html")


def _begin():
    here, environ = g._get_current_object(), request.environ
    here.request_id = ids.trace()
    here.started = clock.ticks()
    length = environ.get("CONTENT_LENGTH")
    if length and not (length.isascii() and length.isdigit()):
        raise Malformed(detail="Content-Length is not a number")
    if length and int(length) >= uploads.most(current_app._get_current_object(), request):
        raise TooLarge
    path = environ["PATH_INFO"]
    try:
        checked(path if path.isascii() else path.encode("latin1").decode())
    except UnicodeError:
        raise Malformed(detail="path is not UTF-8") from None
    if not environ.get("HTTP_AUTHORIZATION", "").isascii():
        raise Malformed(detail="Authorization is not ASCII")


def _finish(response):
    # Every request pays for this function: proxies are resolved once, headers added in one go.
    here, asked, headers = g._get_current_object(), request._get_current_object(), response.headers
    added = [*current_app.extensions["headers"], ("X-Request-Id", here.request_id)]
    present = {name.lower() for name, _ in headers}
    if "cache-control" not in present:
        added.append(("Cache-Control", "no-store"))
    if "content-security-policy" not in present:
        added.append(("Content-Security-Policy", _policy(headers.get("Content-Type", ""), here)))
    headers.extend(added)
    seconds, status = clock.ticks() - here.started, response.status_code
    route = asked.url_rule.rule if asked.url_rule is not None else None
    logs.access(asked, route, status, seconds, here.request_id)
    metrics.observe(route, asked.method, status, seconds)
    return response


def _policy(content_type, here):
    if not content_type.startswith("text/html"):
        return OTHER_POLICY
    frames = dict.fromkeys(here.get("frames", ()))
    return PAGE_POLICY.format(
        form_action=" ".join(here.get("form_action", ("'self'",))),
        types=here.get("worker_policy", "'none'"),
        workers="'self'" if "worker_policy" in here else "'none'",
        frames=f" frame-src {' '.join(frames)};" if frames else "",
    )


def _checked_origin(text):
    if not _ORIGIN.match(text):
        raise ValueError("neither an origin nor a scheme")
    return text


def _refuse(problem):
    log.info("refused", problem=problem.code, status=problem.status, detail=problem.detail)
    if wants_html():
        key = problem.key or f"error.{problem.status}"
        details = {"code": problem.code, "detail": problem.detail, **problem.values}
        answer = error_page(key, problem.status, **details)
    else:
        answer = _error_json(problem.status, problem.code, problem.description)
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def _refuse_http(error):
    if error.response is not None or error.code is None or error.code < 400:
        return error
    code = CODES.get(error.code, "error")
    if wants_html():
        answer = error_page(f"error.{error.code}", error.code, code=code)
    else:
        answer = _error_json(error.code, code, None)
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value
    return answer


def _database_away(error):
    log.error("database away", error=type(error).__name__, detail=str(error))
    return _refuse(Unavailable(detail=type(error).__name__))


def _error_json(status, code, description):
    body = {"error": code, "request_id": g.get("request_id")}
    if description:
        body["error_description"] = description
    return make_response(jsonify(body), status)
