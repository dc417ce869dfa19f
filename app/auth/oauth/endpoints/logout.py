"""The end-session endpoint (OIDC RP-Initiated Logout), and where its journey comes back."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, request

from app.auth.accounts import subject
from app.auth.clients import registry
from app.auth.flows import farewell, sign_out
from app.auth.interactions import journey
from app.auth.oauth import explaining, posted
from app.auth.oauth.draft import Draft
from app.auth.sessions import browser
from app.auth.tokens import id_tokens
from app.foundation import web
from app.foundation.problems import Problem

logout = Blueprint("logout_endpoint", __name__)


class Refused(Problem):
    """The request names a client or an address that cannot be trusted."""

    code = "invalid_request"
    key = "oauth.bad_redirect"


@logout.route("/logout", methods=["GET", "POST"])
def ask():
    """Sign out, asking first unless the client shows an ID token of the person who is here.

    Only a good hint (§2: an expired one is good) whose client registered the address leads back
    to the client; anything else ends on our own page, or is refused there. It is this browser's
    session that ends: a hint of one elsewhere leads back and ends nothing.
    """
    if again := posted.again_as_get():
        return again
    if request.method == "POST":
        raise Refused("The request is too long.")
    asked = Draft.read(request.args)
    claims = _hinted(asked)
    facts = {"client_id": claims and claims["aud"], "back": _back(asked, claims)}
    presence = browser.presence()
    if presence is None:
        return redirect(facts["back"] or farewell.DONE, 303)
    if claims and presence.sub == _person(claims):
        return redirect(farewell.onwards(sign_out.here("logout"), **facts), 303)
    interaction = journey.begin(
        "logout", asked=facts, client_id=facts["client_id"], return_to="/logout/{id}"
    )
    return redirect(f"/logout/confirm/{interaction.id}", 303)


@logout.get("/logout/<uid>")
def come_back(uid):
    """Go where the person's answer leads: back to the client, or to our own page."""
    interaction = journey.load(uid, "logout")
    stayed, left = interaction.answer_to("refused"), interaction.answer_to("logout")
    if not stayed and not left:
        return redirect(f"/logout/confirm/{uid}", 303)
    if not journey.finish(interaction):
        raise journey.Answered
    if stayed:
        return redirect("/account", 303)
    return redirect(farewell.onwards(left["session"], **interaction.facts), 303)


@logout.errorhandler(Problem)
def tell_person(problem):
    """A sign-out that cannot go on is told to the person."""
    key = problem.key or "oauth.bad_request"
    about = explaining.address(problem)
    told = {"code": problem.code, "detail": str(problem), "about": about}
    return web.error_page(key, problem.status, **told)


def _hinted(asked):
    """The claims of a good ``id_token_hint``, or None. Raises Refused: when there is a bad one."""
    if asked.repeated:
        raise Refused("A parameter is repeated.")
    hint = asked.get("id_token_hint")
    if hint is None:
        return None
    claims = id_tokens.read(hint)
    named = asked.get("client_id")
    if claims is None or (named and named != claims["aud"]):
        raise Refused("The id_token_hint is not an ID token of ours to this client.")
    return claims


def _person(claims):
    """The name before everybody of the person that a hint's ``sub`` names, or None."""
    client = registry.find(claims["aud"])
    return client and subject.public(claims["sub"], client.sector)


def _back(asked, claims):
    """The registered address to return to, with the state that came; None without a good hint."""
    uri = asked.get("post_logout_redirect_uri")
    if uri is None or claims is None:
        return None
    client = registry.find(claims["aud"])
    if client is None or client.disabled or uri not in client.post_logout_redirect_uris:
        raise Refused("The post_logout_redirect_uri is not registered for this client.")
    state = asked.get("state")
    if state is None:
        return uri
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode({'state': state})}"
