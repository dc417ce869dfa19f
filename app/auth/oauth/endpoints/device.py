"""The device authorization endpoint (RFC 8628 §3.1), and where a device's journey comes back."""

from authlib.consts import default_json_headers
from flask import Blueprint, current_app, redirect, request

from app.auth.audit import events
from app.auth.clients import registry
from app.auth.clients.members import DEVICE
from app.auth.interactions import journey, user_codes
from app.auth.oauth import errors, form
from app.auth.oauth import server as oauth
from app.auth.oauth.checks import authorization_details, resource, scope
from app.auth.oauth.client_auth import registry as client_auth
from app.auth.oauth.draft import Draft
from app.auth.sessions import browser
from app.auth.tokens import device_codes
from app.foundation import legible, limits, web
from app.foundation.problems import Problem

METHODS = tuple(client_auth.METHODS)  # those of the token endpoint (§3.1)
PAGE = "/device"

device_authorization = form.blueprint("device_authorization", __name__)
device_return = Blueprint("device_return", __name__)


@device_authorization.post("/oauth/device_authorization")
def ask():
    """Answer with a device code, the code a person types, and where (RFC 8628 §3.2)."""
    server = oauth.current()
    came = server.create_oauth2_request(request)
    try:
        asked = Draft.read(request.form)
        asked.client = _client(server, came)
        authorization_details.refuse(request.form)
        scope.check(asked)
        resource.check(asked)
    except errors.Refused as error:
        return server.handle_error_response(came, error)
    wanted = asked.checked["scope"], asked.checked["audience"]
    answer = _told(*device_codes.ask(asked.client.client_id, *wanted))
    return server.handle_response(200, answer, default_json_headers)


@device_return.get("/oauth/device_authorization/<uid>")
def come_back(uid):
    """Go on with a device's journey: to its next page, or to the word that it is over."""
    interaction = journey.load(uid, "device")
    asked, refused = interaction.request, interaction.answer_to("refused")
    client = registry.find(asked.client_id)
    if client is None or client.disabled:
        error = errors.UnknownClient()
        return web.error_page(error.page, 400, code=error.error, detail=error.description)
    found = None if refused else journey.stop(interaction)
    if found:
        return redirect(f"{found[0].page}/{uid}", 303)
    if not journey.finish(interaction):
        raise journey.Answered
    journey.answer(interaction, "device", reached=_decide(asked, refused))
    return redirect(f"{PAGE}/{uid}", 303)


@device_return.errorhandler(Problem)
def tell_person(problem):
    """A journey that cannot go on is told to the person, with a next step."""
    return web.error_page(problem.key or "oauth.bad_request", problem.status, code=problem.code)


def _client(server, came):
    """Who asks. Raises InvalidRequest, InvalidClient, UnauthorizedClient, limits.TooMany."""
    client = server.authenticate_client(came, METHODS, "device_authorization")
    if not client.check_grant_type(DEVICE):
        raise errors.UnauthorizedClient
    if client.auth_method == "none":  # anybody can say its name, and each device costs a row
        most = current_app.config["DEVICE_RATE_LIMIT"]
        limits.hit("new_devices", browser.address() or "nowhere", most)
    return client


def _told(device_code, user_code):
    settings = current_app.config
    page, shown = f"{settings['ISSUER']}{PAGE}", legible.shown(user_code)
    return {
        "device_code": device_code,
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={shown}",
        "expires_in": settings["DEVICE_CODE_SECONDS"],
        "interval": settings["DEVICE_POLL_SECONDS"],
    }


def _decide(asked, refused):
    """Approve or deny the device; return whether it still waited."""
    here = browser.presence()
    if refused:
        return user_codes.deny(asked, here.sub if here else events.NOBODY)
    return user_codes.approve(asked, here)
