"""The walk to the pages about people: the back office's, and what a person sees of support."""

from functools import cache

from dev.back_office import enter
from dev.gallery_steps import PASSWORD, email, press, sign_in

SUPPORT = "Lara Pires"
WHY = "atendimento CH-2026-000123"


@cache
def furnish(gallery):
    """See that there are somebody with papers and somebody of support; return the first's sub."""
    told = ("--email", email("Nina Rocha"), "--password", PASSWORD, "--name", "Nina Rocha")
    papers = ("--cpf", "52998224725", "--phone", "11987654321", "--username", "nina", "--verified")
    sub = gallery.server.auth("people", "create", *told, *papers)["sub"]
    told = ("--email", email(SUPPORT), "--password", PASSWORD, "--name", SUPPORT)
    gallery.server.auth("people", "create", *told, "--role", "support")
    return sub


def people(page, gallery):
    """Everybody."""
    furnish(gallery)
    enter(page, gallery, "/admin/users")


def person(page, gallery):
    """One person, masked."""
    enter(page, gallery, f"/admin/users/{furnish(gallery)}")


def person_lock(page, gallery):
    """Block?"""
    enter(page, gallery, f"/admin/users/{furnish(gallery)}/lock")


def person_reset(page, gallery):
    """Which factor?"""
    enter(page, gallery, f"/admin/users/{furnish(gallery)}/reset-factor")


def person_clear(page, gallery):
    """One thing in clear."""
    enter(page, gallery, f"/admin/users/{furnish(gallery)}/show/cpf")
    page.fill("#reason", WHY)
    press(page, "#why-confirm")


def support_search(page, gallery):
    """Support names nobody yet."""
    help_somebody(page, gallery, "/admin/users")


def person_why(page, gallery):
    """Why?"""
    help_somebody(page, gallery, f"/admin/users/{furnish(gallery)}")


def person_why_error(page, gallery):
    """That is no reason."""
    person_why(page, gallery)
    page.fill("#reason", "CPF 529.982.247-25")
    press(page, "#why-confirm")


def person_helped(page, gallery):
    """What support sees."""
    person_why(page, gallery)
    page.fill("#reason", WHY)
    press(page, "#why-confirm")


def acting(page, gallery):
    """Asking to see with the person."""
    person_helped(page, gallery)
    press(page, "#person-act-for")


def acting_waits(page, gallery):
    """It waits for the person, unless it did already."""
    acting(page, gallery)
    if page.locator("#acting-ask").count():
        page.fill("#reason", WHY)
        press(page, "#acting-ask")


def support_asks(page, gallery):
    """The person is asked."""
    asker = gallery.visit()
    acting_waits(asker, gallery)
    asker.context.close()
    page.goto(f"{gallery.url}/account/support")
    sign_in(page, "Nina Rocha")


def support_nobody(page, gallery):
    """Nobody asks."""
    furnish(gallery)
    page.goto(f"{gallery.url}/account/support")
    sign_in(page, "Ana Souza")


def help_somebody(page, gallery, path):
    """Sign support in at ``path``."""
    furnish(gallery)
    page.goto(f"{gallery.url}{path}")
    sign_in(page, SUPPORT)


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        people,
        person,
        person_lock,
        person_reset,
        person_clear,
        support_search,
        person_why,
        person_why_error,
        person_helped,
        acting,
        acting_waits,
        support_asks,
        support_nobody,
    )
}
