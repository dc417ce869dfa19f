"""Logos of applications and institutions, from our own origin: no other hears who is where."""

import re

from flask import Blueprint, Response, abort

from app.auth.clients.linked import logos as kept
from app.auth.hosted import shell
from app.auth.institutions import branding

logos = Blueprint("logos", __name__)

_FINGERPRINT = re.compile(r"[0-9a-f]{32}", re.ASCII)


@logos.get("/logos/<fingerprint>")
def show(fingerprint):
    """Answer with a picture, of a type it was seen to be; nothing in it is ever run."""
    if not _FINGERPRINT.fullmatch(fingerprint):
        abort(404)
    found = kept.find(fingerprint) or branding.logo(fingerprint)
    if found is None:
        abort(404)
    answer = Response(found.content, mimetype=found.media_type)
    answer.headers["Cache-Control"] = f"public, max-age={shell.YEAR}, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
