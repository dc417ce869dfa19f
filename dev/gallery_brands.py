"""The walks to pages that wear an institution's brand: Banco Aurora's."""

from functools import cache

from dev import cast
from dev.gallery_apps import register
from dev.gallery_steps import APP, PASSWORD, email, sign_in

ACCOUNT = {
    "client_name": "Conta Aurora",
    "redirect_uris": [f"{APP}/conta-aurora"],
    "token_endpoint_auth_method": "none",
    "scope": "openid profile",
    "institution": cast.AURORA["code"],
}
CLIENT_ID = "conta-aurora"
MEMBER = "Eva Prado"


def login_branded(page, gallery):
    """Who are you? An app of Banco Aurora's asks."""
    open_the_bank(gallery.server)
    asked = {"redirect_uri": ACCOUNT["redirect_uris"][0], "scope": ACCOUNT["scope"]}
    gallery.ask(page, client_id=CLIENT_ID, **asked)


def consent_branded(page, gallery):
    """That app asks for permissions."""
    login_branded(page, gallery)
    sign_in(page, "Caio Reis")


def account_branded(page, gallery):
    """One's own account, of a member of Banco Aurora."""
    open_the_bank(gallery.server)
    page.goto(f"{gallery.url}/account")
    sign_in(page, MEMBER)


WALKS = (login_branded, consent_branded, account_branded)


@cache
def open_the_bank(server):
    """Let ``server`` know the bank, an app of it, and somebody who belongs to it."""
    server.auth("institutions", "create", cast.AURORA["code"], "--name", cast.AURORA["name"])
    colours = cast.AURORA["colours"].items()
    options = [part for name, hex in colours for part in (f"--{name.replace('_', '-')}", hex)]
    logo = ("--logo", cast.AURORA["logo"])
    server.auth("institutions", "brand", cast.AURORA["code"], *options, *logo)
    register(server, CLIENT_ID, ACCOUNT)
    told = ("--email", email(MEMBER), "--password", PASSWORD, "--name", MEMBER)
    server.auth("people", "create", *told)
    server.auth("institutions", "admit", cast.AURORA["code"], email(MEMBER))
