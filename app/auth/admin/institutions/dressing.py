"""An institution's dress: its name, five colours and logo; checked before any is kept."""

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.institutions import calls, facts, within
from app.auth.hosted import forms, signed_in
from app.auth.institutions import branding, colours, directory
from app.auth.institutions.branding import Brand
from app.auth.staff.permissions import INSTITUTIONS_MANAGE
from app.foundation import pictures, uploads, words

dressing = guard.door("admin_institution_dressing", INSTITUTIONS_MANAGE)

_HERE = "/admin/institutions/<client_id:code>"
_PAGE = "admin/institutions/brand"


@dressing.get(f"{_HERE}/brand")
def edit(code):
    """Show its name, colours and logo, to be changed."""
    institution = within.find(code)
    return forms.page(_PAGE, **_page(institution, _kept(institution)))


@dressing.post(f"{_HERE}/brand")
def dress(code):
    """Keep them, or say all that cannot be; checked or looked at, nothing is kept."""
    institution = within.find(code)
    typed = forms.read(name=None, **dict.fromkeys(colours.GIVEN)).values
    given = {name: typed[name] for name in colours.GIVEN}
    if "preview" in request.form:
        to = url_for("admin_institution_preview.show", code=code, **given)
        return redirect(to, 303)
    wrong, alike = _faults(typed["name"], given)
    checked = "check" in request.form
    if wrong or alike or checked:
        status = 422 if wrong or (alike and not checked) else 200
        context = _page(institution, typed) | {"errors": wrong, "alike": alike}
        state = "error" if status == 422 else "checked"
        return forms.page(_PAGE, status, state=state, **context)
    branding.change(code, Brand(typed["name"], given if any(given.values()) else None),
                    by=guard.actor())  # fmt: skip
    return _done(code, "dressed")


@dressing.post(f"{_HERE}/logo")
@uploads.taken(pictures.MOST_BYTES)
def sign(code):
    """Keep its logo, a file of the form, or say why not."""
    institution = within.find(code)
    content = uploads.file(request, "logo")
    try:
        if content is None:
            raise branding.BadLogo
        branding.change(code, Brand(logo=content), by=guard.actor())
    except branding.BadLogo as problem:
        wrong = {"logo": words.t("admin.institutions.bad_logo")}
        context = _page(institution, _kept(institution))
        return forms.again(_PAGE, problem, errors=wrong, **context)
    return _done(code, "logo")


@dressing.get(f"{_HERE}/undress")
def ask_to_undress(code):
    """Say what would be gone, and ask."""
    command = calls.of("brand", code, "--none")
    about = {"institution": within.find(code), "command": command}
    return forms.page("admin/institutions/undress", **about, **signed_in.page())


@dressing.post(f"{_HERE}/undress")
def undress(code):
    """Give its pages the house's colours and sign again."""
    within.find(code)
    branding.undress(code, by=guard.actor())
    return _done(code, "undressed")


def _faults(name, given):
    """Sentences by field, and sentences for colours that are too alike."""
    wrong, alike = {}, []
    try:
        directory.named(name)
    except directory.BadName:
        wrong["name"] = words.t("admin.institutions.bad_name")
    if any(given.values()):
        bad = [each for each, text in given.items() if colours.read(text) is None]
        wrong |= {each: words.t("admin.institutions.bad_colour") for each in bad}
        if not bad:
            read = {each: colours.read(text) for each, text in given.items()}
            alike = [facts.pair(each) for each in colours.too_alike(read)]
    return wrong, alike


def _kept(institution):
    return {"name": institution.name, **branding.given(institution)}


def _page(institution, typed):
    given = {name: typed.get(name, "") for name in colours.GIVEN}
    return {
        "institution": institution,
        "called": typed["name"],
        "colours": facts.five(given),
        "swatches": {name: colours.read(text) for name, text in given.items()},
        "logo": branding.logo_of(institution.id),
        "command": calls.dressing(institution.code, typed["name"], given),
        **signed_in.page(),
    }


def _done(code, what):
    return redirect(url_for("admin_institutions.show", code=code, done=what), 303)
