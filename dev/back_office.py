"""The walk to every page of the back office."""

import json
import tempfile
from functools import cache

from dev.gallery import APP, PASSWORD, press, sign_in

OPERATOR = "Olga Prado"
OTHERS = (
    {
        "client_name": "Conta Fácil",
        "redirect_uris": ["https://contafacil.example/entrada"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile wallet:read reports:read",
    },
    {
        "client_name": "Pagamentos da Cooperativa de Crédito dos Servidores do Vale do Paraíba",
        "redirect_uris": ["https://app.cooperativadocredito.example/retorno/seguro"],
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "scope": "openid wallet:read payments:write",
    },
    {
        "client_name": "Conciliação noturna",
        "grant_types": ["client_credentials"],
        "scope": "openid",
    },
)


@cache
def furnish(gallery):
    """See that there are an administrator and a few more applications."""
    told = ("--email", "olga@exemplo.com.br", "--password", PASSWORD, "--name", OPERATOR)
    gallery.server.auth("people", "create", *told, "--role", "admin")
    for described in OTHERS:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(described, file)
            file.flush()
            made = gallery.server.auth("clients", "register", "--file", file.name)
    gallery.server.auth("clients", "disable", made["client_id"])


def enter(page, gallery, path="/admin/clients"):
    """Sign the administrator in at ``path``."""
    furnish(gallery)
    page.goto(f"{gallery.url}{path}")
    sign_in(page, OPERATOR)


def clients(page, gallery):
    """The applications."""
    enter(page, gallery)


def clients_nothing(page, gallery):
    """Nothing fits what was looked for."""
    enter(page, gallery, "/admin/clients?q=zebra")


def client_new(page, gallery):
    """Nothing is filled in yet."""
    enter(page, gallery, "/admin/clients/new")
    checked(page)


def client_errors(page, gallery):
    """An address and a key that cannot be."""
    client_new(page, gallery)
    fill_in(page)
    page.fill("#redirect_uris", f"{APP}/callback\nhttp://app.cofrinho.example/retorno")
    page.select_option("#token_endpoint_auth_method", "private_key_jwt")
    press(page, "#client-submit")
    checked(page)


def client_secret(page, gallery):
    """Registered: the secret, this once."""
    client_new(page, gallery)
    fill_in(page)
    press(page, "#client-submit")


def client(page, gallery):
    """One application."""
    enter(page, gallery, "/admin/clients/cofrinho")


def client_edit(page, gallery):
    """What it registered, to be changed; everything opened."""
    enter(page, gallery, "/admin/clients/cofrinho/edit")
    for summary in page.locator("form summary").all():
        summary.click()
    checked(page)


def client_rotate(page, gallery):
    """A new secret?"""
    client_secret(page, gallery)
    press(page, "#client-kept")
    press(page, "#client-rotate")


def client_delete(page, gallery):
    """For good?"""
    enter(page, gallery, "/admin/clients/cofrinho/delete")


def fill_in(page):
    """Describe an application as one would."""
    page.fill("#client_name", "Cofrinho para empresas")
    page.fill("#redirect_uris", f"{APP}/callback")
    page.check("#scope-wallet\\:read")


def checked(page):
    """Wait for what the server thinks of the form."""
    page.wait_for_selector("#findings > li")


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        clients,
        clients_nothing,
        client_new,
        client_errors,
        client_secret,
        client,
        client_edit,
        client_rotate,
        client_delete,
    )
}
