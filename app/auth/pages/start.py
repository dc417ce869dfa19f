"""Where an application is opened from here (OIDC Core §4, third-party initiated login).

A page with a link and no redirect: an address of ours never sends a browser elsewhere by itself,
least of all where an app that registered itself likes.
"""

from urllib.parse import urlencode, urlsplit

from flask import abort, current_app

from app.auth.clients import registry
from app.auth.hosted import asker, forms, shell

start = shell.door("start")


@start.get("/start/<client_id>")
def show(client_id):
    """Lead to the app's own sign-in, telling it who the issuer is."""
    client = registry.find(client_id)
    if client is None or client.disabled or not client.initiate_login_uri:
        abort(404)
    address = client.initiate_login_uri
    query = urlencode({"iss": current_app.config["ISSUER"]})
    onwards = f"{address}{'&' if urlsplit(address).query else '?'}{query}"
    return forms.page("start", asker=asker.of(client_id, address), onwards=onwards)
