"""The walk to the pages about an app that registered itself, and to those for who develops one."""

from functools import cache

import httpx

from dev.gallery_steps import APP, press, sign_in

NEWCOMER = {
    "client_name": "Vaquinha",
    "client_uri": "https://vaquinha.example",
    "redirect_uris": [f"{APP}/vaquinha"],
    "initiate_login_uri": f"{APP}/vaquinha/entrar",
    "token_endpoint_auth_method": "none",
    "scope": "openid profile",
}


def login_unverified(page, gallery):
    """Who are you? An app asks that nobody here has looked at."""
    gallery.ask(page, **_at_newcomer(gallery))


def consent_unverified(page, gallery):
    """An app asks that nobody here has looked at."""
    login_unverified(page, gallery)
    sign_in(page, "Caio Reis")


def start(page, gallery):
    """Where an app is opened from here."""
    page.goto(f"{gallery.url}/start/{_newcomer(gallery.url)}")


def explained(page, gallery):
    """Why a request was refused."""
    gallery.ask(page, redirect_uri=f"{APP}/calback")
    press(page, "#error-about")


WALKS = (login_unverified, consent_unverified, start, explained)


def _at_newcomer(gallery):
    return {
        "client_id": _newcomer(gallery.url),
        "redirect_uri": f"{APP}/vaquinha",
        "scope": NEWCOMER["scope"],
    }


@cache
def _newcomer(server):
    """The client_id of an app that has registered itself at ``server``."""
    answer = httpx.post(f"{server}/oauth/register", json=NEWCOMER)
    return answer.raise_for_status().json()["client_id"]
