"""What the script of a page does with a passkey, done by hand."""

import re

from tests.auth.factors.authenticator import Authenticator

ANA = "ana@exemplo.com.br"


def asked_of(page, form):
    """What the script would hand the browser."""
    return re.search(f'data-passkey="{form}" data-request="([^"]*)"', page.html)[1].replace(
        "&#34;", '"'
    )


def token(page):
    return re.search('name="csrf_token" value="([^"]*)"', page.html)[1]


def post(visitor, page, action, **form):
    answer = visitor.client.post(
        action, data={"csrf_token": token(page)} | form, headers=visitor.headers
    )
    return visitor._follow(answer, action)


def add_passkey(visitor, device=None):
    page = visitor.open("/account/passkeys/new")
    made = (device or Authenticator()).create(asked_of(page, "create"))
    return post(visitor, page, "/account/passkeys/new", credential=made)
