"""The walks to the institutions of the back office, and to the invitation that is mailed."""

import re
from functools import cache
from itertools import count

from dev import cast, gallery_brands
from dev.back_office import enter
from dev.gallery_steps import PASSWORD, email, press, sign_in

CODE = cast.AURORA["code"]
AURORA = f"/admin/institutions/{CODE}"
INVITED = "Nina Alves"
NUMBERS = count(1)  # each time somebody else is invited


@cache
def furnish(gallery):
    """See that there are banks, members and invitations."""
    gallery_brands.open_the_bank(gallery.server)
    gallery.server.auth("institutions", "create", "vale", "--name", "Cooperativa do Vale")
    gallery.server.auth("institutions", "policy", "vale", "always")
    for name in ("Bia Lima", "Caio Reis"):
        gallery.server.auth("institutions", "admit", CODE, email(name))
    [gone] = gallery.server.auth("institutions", "invite", CODE, "rui@exemplo.com.br")
    gallery.server.auth("institutions", "withdraw", gone["id"])
    gallery.server.auth("institutions", "invite", CODE, "iara.fontes@cooperativa.example")


def at(page, gallery, path):
    """Sign the administrator in at ``path``, where there are banks."""
    furnish(gallery)
    enter(page, gallery, path)


def institutions(page, gallery):
    """The institutions."""
    at(page, gallery, "/admin/institutions")


def institution_new(page, gallery):
    """A new one, with a code that cannot be."""
    at(page, gallery, "/admin/institutions/new")
    page.fill("#code", "Banco Novo")
    page.fill("#name", "Banco Novo")
    press(page, "#institution-submit")


def institution(page, gallery):
    """One of them."""
    at(page, gallery, AURORA)


def institution_brand(page, gallery):
    """Its colours, one of which cannot be read."""
    at(page, gallery, f"{AURORA}/brand")
    page.fill("#action", "#ec7000")
    press(page, "#brand-submit")


def institution_preview(page, gallery):
    """How its sign-in page looks."""
    at(page, gallery, f"{AURORA}/preview")


def institution_policy(page, gallery):
    """When it wants a second step."""
    at(page, gallery, f"{AURORA}/policy")


def institution_four_eyes(page, gallery):
    """Whether a second person is to approve what is its own."""
    at(page, gallery, f"{AURORA}/four-eyes")


def institution_members(page, gallery):
    """Who belongs to it."""
    at(page, gallery, f"{AURORA}/members")


def institution_invitations(page, gallery):
    """Whom it invited."""
    at(page, gallery, f"{AURORA}/invitations")


def institution_withdraw(page, gallery):
    """One invitation is to be taken back."""
    institution_invitations(page, gallery)
    press(page, "a[href$='/withdraw'] >> nth=0")


def membership(page, gallery):
    """An invitation, followed by whom it is for."""
    furnish(gallery)
    told = f"nina{next(NUMBERS)}@exemplo.com.br"
    person = ("--email", told, "--password", PASSWORD, "--name", INVITED, "--verified")
    gallery.server.auth("people", "create", *person)
    gallery.server.auth("institutions", "invite", "vale", told)
    gallery.server.auth("messages", "deliver")
    page.goto(f"{gallery.url}/dev/mailbox?to={told}")
    page.goto(re.search(r"http[^\s\"<]*/membership\?token=[\w-]+", page.content())[0])
    sign_in(page, told)


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        institutions,
        institution_new,
        institution,
        institution_brand,
        institution_preview,
        institution_policy,
        institution_four_eyes,
        institution_members,
        institution_invitations,
        institution_withdraw,
        membership,
    )
}
