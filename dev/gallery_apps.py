"""The apps that the pictured server knows, and what they ask of it; where they are, nobody is."""

import json
import tempfile
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from dev.gallery_steps import APP

COFRINHO = {
    "client_name": "Cofrinho",
    "client_uri": "https://cofrinho.example",
    "policy_uri": "https://cofrinho.example/privacidade",
    "tos_uri": "https://cofrinho.example/termos",
    "redirect_uris": [f"{APP}/callback"],
    "frontchannel_logout_uri": f"{APP}/forget",
    "token_endpoint_auth_method": "none",
    "scope": "openid profile email wallet:read wallet:transfer",
}
AURORA = {
    "client_name": "Mercado Aurora",
    "redirect_uris": [f"{APP}/aurora"],
    "post_logout_redirect_uris": [f"{APP}/aurora/bye"],
    "frontchannel_logout_uri": f"{APP}/aurora/forget",
    "backchannel_logout_uri": "https://localhost:9/",  # where nobody is let in, let alone answers
    "token_endpoint_auth_method": "none",
    "scope": "openid profile",
}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B


def register(server, client_id, described):
    """Register an app at ``server``."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(described, file)
        file.flush()
        server.auth("clients", "register", "--file", file.name, "--client-id", client_id)


def asking(server, **more):
    """Return the address at ``server`` by which Cofrinho asks, or another that ``more`` names."""
    asked = {
        "client_id": "cofrinho",
        "redirect_uri": f"{APP}/callback",
        "response_type": "code",
        "scope": COFRINHO["scope"],
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{server}/oauth/authorize?{urlencode(asked | more)}"


def at_aurora():
    """Return what the app Mercado Aurora asks differently."""
    return {"client_id": "aurora", "redirect_uri": f"{APP}/aurora", "scope": AURORA["scope"]}


def id_token(page, server):
    """Return the ID token that Mercado Aurora gets of whoever is signed in on ``page``."""
    sent = page.request.get(asking(server, **at_aurora()), max_redirects=0)
    [code] = parse_qs(urlsplit(sent.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    form |= {"client_id": "aurora", "redirect_uri": f"{APP}/aurora"}
    answer = httpx.post(f"{server}/oauth/token", data=form)
    return answer.raise_for_status().json()["id_token"]


def open_frames(page):
    """Let the apps' own pages load, empty, and the page that shows them wait for ever."""
    page.route(f"{APP}/**", lambda route: route.fulfill(body="", content_type="text/html"))
    script = {"body": "", "content_type": "text/javascript"}
    page.route("**/logout_done.js*", lambda route: route.fulfill(**script))
