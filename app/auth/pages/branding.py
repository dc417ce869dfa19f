"""An institution's colours: a style sheet of its own, from our own origin (UX §3.1)."""

from flask import Blueprint, Response, abort, request

from app.auth.hosted import shell
from app.auth.institutions import registry

branding = Blueprint("branding", __name__)


@branding.get("/branding/<code>.css")
def sheet(code):
    """Answer with the institution's brand tokens, in both themes, and nothing else.

    Kept for long under the address that names this very sheet; under another it is asked again.
    """
    found = registry.find(code)
    if found is None or found.sheet is None:
        abort(404)
    answer = Response(found.sheet, mimetype="text/css")
    answer.set_etag(found.fingerprint)
    exact = request.args.get("v") == found.fingerprint
    answer.headers["Cache-Control"] = (
        f"public, max-age={shell.YEAR}, immutable" if exact else "no-cache"
    )
    return answer.make_conditional(request)
