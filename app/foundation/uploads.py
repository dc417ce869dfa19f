"""A form with one file in it: read by the few views that say so, and by nothing else.

Everywhere else a multipart body leaves the form empty (:mod:`app.foundation.intake`). Nothing is
written to disk, and no name that a file is given is believed.
"""

from io import BytesIO

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import MultiPartParser

from app.foundation.intake import MOST_FIELDS, Malformed, checked, whole

FORM = "multipart/form-data"
ROOM = 16 * 1024  # bytes that the fields beside the file may take


def taken(most_bytes):
    """Decorate a view whose posted form may hold one file of at most ``most_bytes``."""

    def decorate(view):
        view.most_bytes = most_bytes
        return view

    return decorate


def most(app, request):
    """Return how many bytes the body of ``request`` may not reach."""
    view = app.view_functions.get(request.endpoint)
    upload = getattr(view, "most_bytes", None)
    if upload is None or request.method != "POST":
        return app.config["MAX_CONTENT_LENGTH"]
    return upload + ROOM


def read(app, request):
    """Read the body of ``request``, a form of kind :data:`FORM`, into its form and files.

    Raises Malformed, TooLarge.
    """
    limit = request.max_content_length = most(app, request)
    raw = whole(request.get_data(cache=False), limit)
    boundary = request.mimetype_params.get("boundary", "")
    parser = MultiPartParser(
        lambda **_told: BytesIO(), max_form_memory_size=ROOM, max_form_parts=MOST_FIELDS
    )
    try:
        form, files = parser.parse(BytesIO(raw), boundary.encode("ascii"), len(raw))
    except (ValueError, HTTPException):
        raise Malformed(detail="multipart") from None
    for name, value in form.items(multi=True):
        checked(name)
        checked(value)
    kept = request.__dict__
    kept["form"], kept["files"] = ImmutableMultiDict(form), ImmutableMultiDict(files)


def file(request, name):
    """Return the content of the file ``name``, or None: none was chosen."""
    found = request.files.get(name)
    return (found.read() or None) if found else None
