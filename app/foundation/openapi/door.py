"""``/openapi.json``, and ``/docs``: Swagger UI from our own origin, under a policy of its own.

With ``API_DOCS=off`` neither is there: what an API looks like is told only where it is meant to be
(ASVS 13.4.5).
"""

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    request,
    send_from_directory,
)

from app.foundation.openapi import document
from app.foundation.openapi.operation import Header, Operation
from app.foundation.openapi.operation import answer as answered

ROOT = Path(__file__).parents[3]
VENDORED = ROOT / "static" / "vendor" / "swagger-ui"
OWN = ROOT / "static" / "docs"
FILES = {
    "swagger-ui-bundle.js": VENDORED,
    "swagger-ui.css": VENDORED,
    "oauth2-redirect.js": VENDORED,
    "oauth2-redirect.html": OWN,
    "docs.js": OWN,
    "docs.css": OWN,
}
# Swagger UI draws its arrows and padlocks as data: images; it needs nothing else but itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
FILE_SECONDS = 3600
OPERATIONS = {
    "docs.describe": Operation(
        "Operations",
        {
            200: answered(
                "An OpenAPI 3.1 document", {"type": "object"}, {"ETag": Header("Of just this one")}
            )
        },
    )
}


def init_app(app, described, client_id=""):
    """Open both in ``app`` where its settings want them.

    described: a :class:`~app.foundation.openapi.document.Described`; client_id: the public client
    by which the page asks for tokens; none: they can only be pasted.
    """
    if app.config["API_DOCS"] != "on":
        return
    app.extensions["described"] = described
    app.extensions["openapi"] = {}
    app.register_blueprint(_blueprint(client_id), url_prefix="")


def answer(body, tag):
    """Return ``body``, the document as bytes, to be asked for again by its entity ``tag``."""
    response = Response(body, mimetype="application/json")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"  # kept, but asked for whether it is still so
    return response


def _blueprint(client_id):
    docs = Blueprint("docs", __name__, template_folder=ROOT / "templates")

    @docs.get("/openapi.json")
    def describe():
        """Answer with this document."""
        kept = current_app.extensions["openapi"]
        if "written" not in kept:
            app = current_app._get_current_object()
            kept["written"] = document.written(document.of(app, app.extensions["described"]))
        return answer(*kept["written"]).make_conditional(request)

    @docs.get("/docs")
    def show():
        """Show every operation, to be read and tried out."""
        page = Response(render_template("docs/index.html", client_id=client_id))
        page.headers["Content-Security-Policy"] = POLICY
        return page

    @docs.get("/docs/<name>")
    def file(name):
        """Answer with a part of the page."""
        if name not in FILES:
            abort(404)
        sent = send_from_directory(FILES[name], name, max_age=FILE_SECONDS)
        sent.headers["Content-Security-Policy"] = POLICY
        return sent

    return docs
