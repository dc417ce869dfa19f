"""The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2), and where journeys come back."""

from flask import Blueprint, g, redirect, request

from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.interactions import journey, policy, pushed_requests
from app.auth.interactions.journey import UNABLE
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
        return _begin(pipeline.check(asked))
    except errors.Refused as error:
        return _refuse(asked, error)
    except Unavailable:
        if asked.address is None:
            raise
        return _refuse(asked, errors.TemporarilyUnavailable())


@authorize.get("/oauth/authorize/<uid>")
def come_back(uid):
    """Go on with a journey: to its next page, or to the client with the answer."""
    interaction = journey.load(uid, "authorize")
    g.ui_locales = journey.language(interaction)
    asked = interaction.request
    client = registry.find(asked.client_id)
    if client is None or client.disabled:
        return _tell_person(errors.UnknownClient())
    if refused := interaction.answer_to("refused"):
        return _end(interaction, _refusal(refused["at"]))
    found = journey.stop(interaction)
    if found is None:
        if not journey.finish(interaction):
            raise journey.Answered
        return _answer(browser.presence(), asked)
    if found[0].page is None:
        return _end(interaction, _told(found[1].description, found[1]))
    return redirect(f"{found[0].page}/{uid}", 303)


@authorize.errorhandler(Problem)
def tell_person(problem):
    """A journey that cannot go on is told to the person, with a next step."""
    return web.error_page(problem.key or "oauth.bad_request", problem.status, code=problem.code)


def _begin(asked):
    presence = browser.presence()
    found = policy.next_prompt(Situation(asked, presence, clock.now()))
    if found is None:
        return _answer(presence, asked)
    prompt, check = found
    if prompt.page is None:
        raise _told(check.description, check)
    if "none" in asked.prompt:
        raise _told(f"with prompt none: {check.description}", check)
    interaction = journey.begin("authorize", asked=asked, return_to="/oauth/authorize/{id}")
    return redirect(f"{prompt.page}/{interaction.id}", 303)


def _told(sentence, check):
    """What the client is told of ``check`` where nobody can be asked."""
    return errors.InteractionRequired(check.error, f"{sentence.capitalize()}.")


def _refusal(at):
    """What the client is told of a request that the person turned down at ``at``."""
    if at == UNABLE:
        told = "The person has no way to approve this yet."
        return errors.InteractionRequired("unmet_authentication_requirements", told)
    return errors.AccessDenied()


def _answer(presence, asked):
    """Give the code, once under a pushed request, however many tabs come at once."""
    issue = pushed_requests.issue_code if asked.pushed else codes.issue
    code = issue(presence, asked)
    if code is None:
        raise journey.Answered
    return response_modes.answer(response_modes.of(asked), {"code": code})


def _end(interaction, error):
    """Finish the journey with an error for the client, once."""
    asked = interaction.request
    if not journey.finish(interaction) or (asked.pushed and not pushed_requests.use_up(asked)):
        raise journey.Answered
    presence = browser.presence()
    trail.record(
        events.INTERACTION_CANCELLED,
        actor=presence.sub if presence else events.NOBODY,
        subject=interaction.id,
        data={"client": interaction.client_id, "error": error.error},
    )
    return response_modes.refusal(response_modes.of(asked), error)


def _refuse(asked, error):
    """Send the error to the client where its address is sure, else tell the person."""
    if asked.address is None:
        return _tell_person(error)
    return response_modes.refusal(response_modes.early(asked), error)


def _tell_person(error):
    about = explaining.address(error)
    told = {"code": error.error, "detail": error.description, "about": about}
    return web.error_page(error.page, 400, **told)
