"""The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2), and where journeys come back."""

from flask import Blueprint, redirect, request

from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.interactions import journey, policy
from app.auth.interactions.prompt import Situation
from app.auth.oauth import errors, explaining, pipeline, posted, response_modes
from app.auth.oauth.draft import Draft
from app.auth.sessions import browser
from app.auth.tokens import codes
from app.foundation import clock, web
from app.foundation.problems import Problem, Unavailable

authorize = Blueprint("authorize", __name__)


@authorize.route("/oauth/authorize", methods=["GET", "POST"])
def ask():
    """Check what is asked, and answer: a code, an error, or a page to stop at first.

    A form posted from another site comes without our cookies (SameSite), so it is asked again as
    a GET, which has them; its parameters survive.
    """
    if again := posted.again_as_get():
        return again
    asked = Draft.read(request.values if request.method == "POST" else request.args)
    try:
        pipeline.check_address(asked)
    except errors.Refused as error:
        return _tell_person(error)
    address = asked.checked["redirect_uri"], asked.get("state")
    try:
        return _begin(pipeline.check_request(asked))
    except errors.Refused as error:
        return response_modes.refusal(address[0], error, address[1])
    except Unavailable:
        away = errors.TemporarilyUnavailable()
        return response_modes.refusal(address[0], away, address[1])


@authorize.get("/oauth/authorize/<uid>")
def come_back(uid):
    """Go on with a journey: to its next page, or to the client with the answer."""
    interaction = journey.load(uid, "authorize")
    asked = interaction.request
    client = registry.find(asked.client_id)
    if client is None or client.disabled:
        return _tell_person(errors.UnknownClient())
    if interaction.answer_to("refused"):
        return _end(interaction, errors.AccessDenied())
    found = journey.stop(interaction)
    if found is None:
        if not journey.finish(interaction):
            raise journey.Answered
        return _answer(browser.presence(), asked)
    if found[1].name == "someone_else" and interaction.answer_to("login"):
        return _end(interaction, errors.InteractionRequired("login_required", _OTHER))
    return redirect(f"{found[0].page}/{uid}", 303)


@authorize.errorhandler(Problem)
def tell_person(problem):
    """A journey that cannot go on is told to the person, with a next step."""
    return web.error_page(problem.key or "oauth.bad_request", problem.status, code=problem.code)


_OTHER = "Another person signed in than the one asked for."


def _begin(asked):
    presence = browser.presence()
    found = policy.next_prompt(Situation(asked, presence, clock.now()))
    if found is None:
        return _answer(presence, asked)
    prompt, check = found
    if "none" in asked.prompt:
        raise errors.InteractionRequired(check.error, f"With prompt none: {check.description}.")
    interaction = journey.begin("authorize", asked=asked, return_to="/oauth/authorize/{id}")
    return redirect(f"{prompt.page}/{interaction.id}", 303)


def _answer(presence, asked):
    code = codes.issue(presence, asked)
    return response_modes.answer(asked.redirect_uri, {"code": code}, asked.state)


def _end(interaction, error):
    """Finish the journey with an error for the client, once."""
    if not journey.finish(interaction):
        raise journey.Answered
    presence = browser.presence()
    trail.record(
        events.INTERACTION_CANCELLED,
        actor=presence.sub if presence else events.NOBODY,
        subject=interaction.id,
        data={"client": interaction.client_id, "error": error.error},
    )
    asked = interaction.request
    return response_modes.refusal(asked.redirect_uri, error, asked.state)


def _tell_person(error):
    about = explaining.address(error)
    told = {"code": error.error, "detail": error.description, "about": about}
    return web.error_page(error.page, 400, **told)
