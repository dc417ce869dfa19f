"""The login page in an institution's dress, kept or only typed: to be looked at, not filled in."""

from flask import Response, abort, request, url_for

from app.auth.admin import guard
from app.auth.admin.institutions import within
from app.auth.hosted import forms
from app.auth.hosted.brands import Brand
from app.auth.institutions import branding, colours
from app.auth.staff.permissions import INSTITUTIONS_READ

preview = guard.door("admin_institution_preview", INSTITUTIONS_READ)

THEMES = ("light", "dark")
_HERE = "/admin/institutions/<client_id:code>/preview"


@preview.get(_HERE)
def show(code):
    """Show the page that asks who is here, in the colours of the address, else in those kept."""
    institution = within.find(code)
    given = _asked() or branding.given(institution)
    logo = branding.logo_of(institution.id)
    sheet = url_for("admin_institution_preview.sheet", code=code, **given) if given else None
    worn = Brand(institution.name, sheet, logo and url_for("logos.show", fingerprint=logo))
    theme = request.args.get("theme")
    theme = theme if theme in THEMES else THEMES[0]
    return forms.page(
        "admin/institutions/preview",
        institution=institution,
        given=given,
        brand=lambda: worn,
        theme=lambda: theme,
        other=THEMES[1 - THEMES.index(theme)],
    )


@preview.get(f"{_HERE}.css")
def sheet(code):
    """Answer with the style sheet of the colours of the address."""
    within.find(code)
    given = _asked()
    if given is None:
        abort(404)
    return Response(colours.sheet(given), mimetype="text/css")


def _asked():
    """The five colours of the address (dict), or None when any is no colour."""
    read = {name: colours.read(request.args.get(name, "")) for name in colours.GIVEN}
    return read if all(read.values()) else None
