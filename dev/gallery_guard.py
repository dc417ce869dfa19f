"""The walks to roles, to who has them, and to what waits for a second pair of eyes."""

import json
import tempfile
from functools import cache

from dev.back_office import enter
from dev.gallery import PASSWORD, press

PEOPLE = (("Otto Reis", "admin"), ("Sol Campos", "support"), ("Ida Moura", "auditoria"))
PAYER = {
    "client_name": "Folha de pagamento Cambuí",
    "redirect_uris": ["https://folha.cambui.example/retorno"],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile payments:write",
}
AUDITOR = ("audit:read", "audit:export", "people:read", "deeds:read")


@cache
def _staff(server):
    """See that there are a role of the bank's own and people who have one."""
    held = [part for each in AUDITOR for part in ("--permission", each)]
    about = ("--description", "Confere o registro e as operações, sem mudar nada")
    server.auth("roles", "define", "auditoria", *held, *about)
    for name, role in PEOPLE:
        email = f"{name.split()[0].lower()}@exemplo.com.br"
        server.auth("people", "create", "--email", email, "--password", PASSWORD, "--name", name)
        server.auth("roles", "grant", email, role)


@cache
def _asked(server):
    """See that acts wait, as if the house wanted four eyes just then."""
    _staff(server)
    with server.inside("auth") as app, tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(PAYER, file)
        file.flush()
        app.config["FOUR_EYES"] = "on"
        for asked in (
            ("roles", "grant", "ida@exemplo.com.br", "admin"),
            ("clients", "register", "--file", file.name),
        ):
            app.test_cli_runner().invoke(args=asked, catch_exceptions=False)


def roles(page, gallery):
    """Roles beside permissions."""
    _staff(gallery.server)
    enter(page, gallery, "/admin/roles")


def role(page, gallery):
    """One of the bank's own."""
    _staff(gallery.server)
    enter(page, gallery, "/admin/roles/auditoria")


def role_new(page, gallery):
    """A role, being described: a name that is taken."""
    _staff(gallery.server)
    enter(page, gallery, "/admin/roles/new")
    page.fill("#name", "auditoria")
    page.check("#permission-audit\\:read")
    press(page, "#role-submit")


def role_give(page, gallery):
    """To whom?"""
    _staff(gallery.server)
    enter(page, gallery, "/admin/roles/auditoria/give")


def role_delete(page, gallery):
    """From whom it would be taken."""
    _staff(gallery.server)
    enter(page, gallery, "/admin/roles/auditoria/delete")


def staff(page, gallery):
    """Who has which role."""
    _staff(gallery.server)
    enter(page, gallery, "/admin/staff")


def approvals(page, gallery):
    """What waits for a second person."""
    _asked(gallery.server)
    enter(page, gallery, "/admin/approvals")


def approval(page, gallery):
    """What would be otherwise, to be approved."""
    _asked(gallery.server)
    enter(page, gallery, "/admin/approvals")
    press(page, ".apps-name a >> nth=0")


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (roles, role, role_new, role_give, role_delete, staff, approvals, approval)
}
