"""Colours and a logo are looked at, checked, kept and taken away by pages."""

from io import BytesIO

import pytest

from app.auth.institutions import branding, directory, registry
from tests.auth.institutions.aurora import COLOURS, PICTURE
from tests.support.marks import abuse, mission

BRAND = "/admin/institutions/aurora/brand"
PALE = COLOURS | {"action": "#ec7000"}


def dressed(browser, **typed):
    """Send the form with the five colours, and what else was typed; no other button."""
    fields = {"check": None, "preview": None} | COLOURS | typed
    return browser.submit(browser.open(BRAND), "brand-form", **fields)


def send_logo(browser, content, **more):
    """Send a file as a browser does."""
    fields = browser.open(BRAND).forms["logo-form"]["fields"]
    data = {"csrf_token": fields["csrf_token"], "logo": (BytesIO(content), "any.svg")} | more
    address = "/admin/institutions/aurora/logo"
    kind = "multipart/form-data"
    return browser.client.post(address, data=data, content_type=kind, headers=browser.headers)


@mission("S57")
def test_an_institution_is_dressed_by_its_administrator(bea, app, recorded, sub_of):
    after = dressed(bea, name="Aurora S.A.")

    assert after.address.endswith("?done=dressed")
    with app.app_context():
        assert branding.given(directory.get("aurora")) == COLOURS
        assert registry.find("aurora").name == "Aurora S.A."
    assert ("institution:brand:changed", sub_of("bea")) in recorded("aurora")

    undressed = bea.submit(
        bea.open("/admin/institutions/aurora/undress"), "institution-undress-form"
    )
    assert undressed.address.endswith("?done=undressed")
    with app.app_context():
        assert branding.given(directory.get("aurora")) == {}


def test_colours_that_are_too_alike_are_named_and_nothing_is_kept(bea, app):
    refused, checked = dressed(bea, **PALE), dressed(bea, **PALE, check="1")
    fine = dressed(bea, check="1")

    assert (refused.status, checked.status, fine.status) == (422, 200, 200)
    assert "3,05" in refused.text or "3.05" in refused.text
    assert refused.elements["action"]["value"] == "#ec7000"
    assert "form-status" in fine.elements
    with app.app_context():
        assert branding.given(directory.get("aurora")) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_colour_or_no_name_is_told_beside_it(bea):
    page = dressed(bea, action="red", panel_to="", name="")

    assert page.status == 422
    assert {"action-error", "panel_to-error", "name-error"} <= page.elements.keys()


@abuse("B-05")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_logo_is_a_picture_of_limited_size_whatever_it_is_called(bea, app):
    kept = send_logo(bea, PICTURE)
    large = send_logo(bea, PICTURE + b"x" * 256 * 1024)
    huge = send_logo(bea, PICTURE + b"x" * 1024 * 1024)
    svg, nothing = send_logo(bea, b"<svg/>"), send_logo(bea, b"")

    assert (kept.status_code, svg.status_code, nothing.status_code) == (303, 422, 422)
    assert (large.status_code, huge.status_code) == (422, 413)
    with app.app_context():
        logo = branding.logo_of(directory.get("aurora").id)
        assert branding.logo(logo) == ("image/png", PICTURE)


@abuse("C-11")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_file_is_taken_by_our_form_alone_and_by_no_other_view(bea):
    assert send_logo(bea, PICTURE, csrf_token="0" * 64).status_code == 403
    odd = {"content_type": "multipart/form-data", "headers": bea.headers}
    for body in (b"", b"--x", b"--x\r\n\r\n\r\n--x--\r\n"):
        for boundary in ("", "; boundary=x", "; boundary=" + "x" * 100):
            told = odd | {"content_type": f"multipart/form-data{boundary}"}
            sent = bea.client.post("/admin/institutions/aurora/logo", data=body, **told)
            assert sent.status_code in {400, 403}, (body, boundary)
    assert bea.client.post(BRAND, data=b"", **odd).status_code == 415


def test_the_preview_wears_colours_that_were_only_typed_in_both_themes(bea, app):
    page = dressed(bea, preview="1")

    assert page.name[0] == "admin-institution-preview"
    assert page.forms == {}
    sheet = page.html.partition('href="/admin/institutions/aurora/preview.css')[2]
    address = "/admin/institutions/aurora/preview.css" + sheet.partition('"')[0]
    answer = bea.client.get(address.replace("&amp;", "&"))
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert COLOURS["action"] in answer.text
    assert 'data-theme="dark"' in bea.open("/admin/institutions/aurora/preview?theme=dark").html
    assert bea.client.get("/admin/institutions/aurora/preview.css?action=x").status_code == 404
    with app.app_context():
        assert branding.given(directory.get("aurora")) == {}


@mission("S58")
def test_a_policy_is_asked_for_with_a_fresh_sign_in(bea, app, recorded, sub_of):
    page = bea.open("/admin/institutions/aurora/policy")

    after = bea.submit(page, "policy-form", policy="at_first_money")

    assert after.address.endswith("?done=policy")
    with app.app_context():
        assert registry.find("aurora").second_factor == "at_first_money"
    assert ("institution:policy:changed", sub_of("bea")) in recorded("aurora")
    assert bea.submit(page, "policy-form", policy="never").status == 400


@abuse("G-07")
@mission("S84")
def test_one_is_enough_to_ask_for_two_people_and_two_are_needed_to_ask_no_more(
    bea, app, recorded, sub_of
):
    page = bea.open("/admin/institutions/aurora/four-eyes")
    more = bea.submit(page, "institution-four-eyes-form", wish="on")

    page = bea.open("/admin/institutions/aurora/four-eyes")
    less = bea.submit(page, "institution-four-eyes-form", wish="off")

    assert more.address.endswith("?done=four_eyes_on")
    assert less.address.endswith("?done=asked")
    assert bea.submit(page, "institution-four-eyes-form", wish="maybe").status == 400
    with app.app_context():
        assert directory.get("aurora").four_eyes
    assert ("institution:four_eyes:changed", sub_of("bea")) in recorded("aurora")
