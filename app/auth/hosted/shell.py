"""What every hosted page stands on: who asks, the journey it belongs to, and the way on."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from markupsafe import Markup

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.hosted import asker, brands, themes
from app.auth.hosted.asker import Asker
from app.auth.interactions import journey
from app.auth.interactions.models import Interaction
from app.auth.sessions import browser
from app.foundation import csrf, web, words

TELLS = {
    journey.Unknown: "request.unknown",
    journey.NotYours: "request.not_yours",
    journey.Expired: "request.expired",
    journey.Answered: "request.repeated",
}
CREDENTIALS = {"username", "password"}  # never taken from an address, nor put into one
YEAR = 31_536_000  # seconds a browser may keep a file whose address tells its contents


@dataclass(frozen=True)
class Visit:
    """A page's place in a journey. ``purpose``: what its form's token is good for."""

    interaction: Any
    asker: Asker | None
    purpose: str

    @property
    def uid(self):
        """The journey's id."""
        return self.interaction.id

    @property
    def token(self):
        """The token of this page's forms."""
        return csrf.token(browser.id(), self.purpose)

    def check_token(self):
        """Let the form through, or raise csrf.Stale (RFC 9700 §4.7)."""
        csrf.check(browser.id(), self.purpose)


def door(name):
    """Return the blueprint of a page: it keeps the language chosen and furnishes templates."""
    blueprint = Blueprint(name, __name__)
    blueprint.after_request(words.remember)
    blueprint.record_once(_furnish)
    return blueprint


def come_in(uid, *prompts, kind=None, page=None):
    """Return the :class:`Visit` of this browser to its journey ``uid``.

    Who comes to the page of other ``prompts`` than the journey waits at (the back button, a
    second tab) is sent to the right one; who comes with no journey is told how to go on.
    page: its name, where several serve one prompt, so that their forms are not swapped.
    """
    interaction = _load(uid, kind)
    if prompts:
        stop = journey.stop(interaction)
        if stop is None or stop[0].name not in prompts:
            abort(redirect(_onwards(interaction, stop), 303))
    _speak(interaction)
    _let_through(_address(interaction))
    here = browser.presence()
    _dress(interaction, here)
    purpose = f"{page or kind or prompts[0]} {uid} {here.sub if here else ''}"
    return Visit(interaction, asker.of(interaction.client_id, _address(interaction)), purpose)


def look_back(uid, kind):
    """Return the :class:`Visit` of this browser to its journey ``uid`` that is over.

    Who comes before it is over is sent to where it stands.
    """
    interaction = _load(uid, kind, journey.mine)
    if interaction.finished_at is None:
        abort(redirect(interaction.return_to, 303))
    _speak(interaction)
    _dress(interaction, browser.presence())
    return Visit(interaction, asker.of(interaction.client_id), kind)


def go_on(visit, prompt, **facts):
    """Keep the answer to ``prompt`` and return the redirect to what comes next.

    Other kinds of journey come back to an endpoint that asks; a page of one's own does not.
    """
    interaction = visit.interaction
    journey.answer(interaction, prompt, **facts)
    stop = journey.next_stop(interaction) if interaction.kind == "account" else None
    return redirect(stop or interaction.return_to, 303)


def sign_in_first(return_to, max_age=None, **asked):
    """Return the redirect to the first page of a journey that ends at ``return_to``, ours.

    max_age: how many seconds ago who is here may have signed in, to go there without doing so.
    asked: facts for the prompts: ``fresh`` (a proof of now, by whatever the person has),
    ``acr_values`` (how surely), ``act`` (what for: a message's name).
    """
    if max_age is not None:
        asked["max_age"] = max_age
    interaction = journey.begin("account", return_to=return_to, asked=asked)
    return redirect(journey.next_stop(interaction) or return_to, 303)


def leave_for(path):
    """Send this browser to ``path``, ours, instead: never returns."""
    abort(redirect(path, 303))


def begin_at(page, return_to="/account"):
    """Return the redirect to ``page`` (a path) of a journey that ends at ``return_to``, ours."""
    interaction = journey.begin("account", return_to=return_to)
    return redirect(f"{page}/{interaction.id}", 303)


def name_of(presence):
    """Return what to call who is here: the name, else the user name or e-mail."""
    if presence.name:
        return presence.name
    user = lookup.by_id(presence.user_id)
    return user.username or user.email


def asset(name):
    """Return the address of a static file; it changes with the contents, so it may be kept."""
    path = Path(current_app.static_folder, name)
    return url_for("static", filename=name, v=_fingerprint(path, path.stat().st_mtime_ns))


def in_language(tag):
    """Return this page's own address in another language, keeping what was asked."""
    left_out = CREDENTIALS | {"ui_locales"}
    asked = [(name, value) for name, value in request.args.items(True) if name not in left_out]
    return f"{quote(request.path)}?{urlencode([*asked, ('ui_locales', tag)])}"


def bold(text):
    """Return ``text`` escaped and in bold, to be filled into a message."""
    return Markup("<strong>{}</strong>").format(text)


def _load(uid, kind, find=journey.load):
    """The journey, or the page that says why there is none to go on with."""
    try:
        return find(uid, kind)
    except tuple(TELLS) as problem:
        over = isinstance(problem, (journey.Expired, journey.Answered))
        who = asker.of(db.session.get(Interaction, uid).client_id) if over else None
        known = {"app": who.name, "back": who.home} if who else {}
        key = TELLS[type(problem)]
        abort(web.error_page(key, problem.status, code=problem.code, **known))


def _furnish(state):
    state.app.jinja_env.globals.update(
        asset=asset, in_language=in_language, bold=bold, brand=brands.worn, theme=themes.worn
    )
    state.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR


def _onwards(interaction, stop):
    waits = stop is not None and stop[0].page
    return f"{stop[0].page}/{interaction.id}" if waits else interaction.return_to


def _speak(interaction):
    """Speak the language chosen in this journey, else the one its app asked for.

    A choice is kept when the page is opened, never as a form is sent: signing in must come before
    anything the request writes.
    """
    if request.method == "GET" and "ui_locales" in request.args:
        journey.answer(interaction, "language", tag=words.locale())
    g.ui_locales = journey.language(interaction)


def _dress(interaction, here):
    """Wear the brand of whoever asks, else that of who is here; and the theme they chose."""
    if interaction.client_id:
        brands.of_client(interaction.client_id)
    elif here:
        brands.of_person(here)
    themes.follow(here)


def _address(interaction):
    """Where this journey ends at its client, or None."""
    asked = interaction.request
    return asked.redirect_uri if asked else interaction.facts.get("back")


def _let_through(address):
    """Let this page's forms end at the client: browsers follow form-action to the last redirect."""
    if address:
        web.allow_form_action(web.origin(address))


@cache
def _fingerprint(path, _changed_at):
    return sha256(path.read_bytes()).hexdigest()[:10]
