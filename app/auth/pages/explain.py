"""What a request code means: whom to tell it and, on a developer's machine, why it came.

Refusals of the protocol name this address as their ``error_uri`` (RFC 6749 §4.1.2.1, §5.2).
"""

import re

from flask import abort, current_app, jsonify, redirect, url_for

from app.auth.explanations import notes
from app.auth.hosted import forms, shell
from app.foundation import web

explain = shell.door("explain")
explain_to_developers = shell.door("explain_to_developers")

_CODE = re.compile(r"[0-9a-f]{16}", re.ASCII)


@explain.get("/errors/<request_id>")
def show(request_id):
    """Say what to do with the code of a refused request."""
    if not _CODE.fullmatch(request_id):
        abort(404)
    if current_app.config["APP_ENV"] == "development":
        return redirect(url_for("explain_to_developers.tell", request_id=request_id), 303)
    return forms.page("request_code", request_id=request_id)


@explain_to_developers.get("/dev/explain/<request_id>")
def tell(request_id):
    """Say which check failed, with the parameter and the clause; as a page or as JSON."""
    told = notes.find(request_id) if _CODE.fullmatch(request_id) else None
    if told is None:
        abort(404)
    if not web.wants_html():
        return jsonify(told)
    return forms.page("explain", request_id=request_id, told=told)
