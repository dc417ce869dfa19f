"""What every hosted page stands on: who asks, the journey it belongs to, and the way on."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from markupsafe import Markup

from app.auth.accounts import lookup
from app.auth.clients import registry
from app.auth.database import db
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
YEAR = 31_536_000  # seconds a browser may keep a file whose address tells its contents


class Asker(NamedTuple):
    """The application that asks, as a person may see it (OIDC Registration §2)."""

    name: str
    host: str | None
    home: str | None = None
    logo: str | None = None
    terms: str | None = None
    privacy: str | None = None


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


def come_in(uid, prompt=None, kind=None):
    """Return the :class:`Visit` of this browser to its journey ``uid``.

    Who comes to the page of another ``prompt`` than the journey waits at (the back button, a
    second tab) is sent to the right one; who comes with no journey is told how to go on.
    """
    interaction = _load(uid, kind)
    if prompt:
        stop = journey.stop(interaction)
        if stop is None or stop[0].name != prompt:
            abort(redirect(_onwards(interaction, stop), 303))
    _speak(interaction)
    _let_through(interaction)
    here = browser.presence()
    purpose = f"{prompt or kind} {uid} {here.sub if here else ''}"
    return Visit(interaction, asker_of(interaction.client_id), purpose)


def go_on(visit, prompt, **facts):
    """Keep the answer to ``prompt`` and return the redirect to what comes next."""
    journey.answer(visit.interaction, prompt, **facts)
    return redirect(visit.interaction.return_to, 303)


def sign_in_first(return_to):
    """Return the redirect to the first page of a journey that ends at ``return_to``, ours."""
    interaction = journey.begin("account", return_to=return_to)
    return redirect(journey.next_stop(interaction) or return_to, 303)


def asker_of(client_id):
    """Return the :class:`Asker` that is the client ``client_id``, or None without one.

    Its own links are shown only when they are http(s); its logo only from our own origin (B-05).
    """
    client = registry.find(client_id) if client_id else None
    if client is None:
        return None
    said = {
        name: client.localized(name, words.locale())
        for name in ("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri")
    }
    logo = said["logo_uri"]
    first = client.redirect_uris[0] if client.redirect_uris else None
    return Asker(
        name=said["client_name"] or client.client_id,
        host=_host(said["client_uri"]) or _host(first),
        home=_link(said["client_uri"]),
        logo=logo if logo and logo.startswith(f"{current_app.config['ISSUER']}/") else None,
        terms=_link(said["tos_uri"]),
        privacy=_link(said["policy_uri"]),
    )


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
    asked = request.args.copy()
    asked["ui_locales"] = tag
    return f"{quote(request.path)}?{urlencode(list(asked.items(multi=True)))}"


def bold(text):
    """Return ``text`` escaped and in bold, to be filled into a message."""
    return Markup("<strong>{}</strong>").format(text)


def _load(uid, kind):
    """The journey, or the page that says why there is none to go on with."""
    try:
        return journey.load(uid, kind)
    except tuple(TELLS) as problem:
        past = db.session.get(Interaction, uid)
        asker = asker_of(past.client_id) if past else None
        known = {"app": asker.name, "back": asker.home} if asker else {}
        key = TELLS[type(problem)]
        abort(web.error_page(key, problem.status, code=problem.code, **known))


def _furnish(state):
    state.app.jinja_env.globals.update(asset=asset, in_language=in_language, bold=bold)
    state.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR


def _onwards(interaction, stop):
    return f"{stop[0].page}/{interaction.id}" if stop else interaction.return_to


def _speak(interaction):
    """Speak the language chosen in this journey, else the one its app asked for.

    A choice is kept when the page is opened, never as a form is sent: signing in must come before
    anything the request writes.
    """
    if request.method == "GET" and "ui_locales" in request.args:
        journey.answer(interaction, "language", tag=words.locale())
    chosen = interaction.answer_to("language")
    asked = interaction.request
    g.ui_locales = chosen["tag"] if chosen else asked and asked.ui_locales


def _let_through(interaction):
    """Let this page's forms end at the client: browsers follow form-action to the last redirect."""
    asked = interaction.request
    address = asked.redirect_uri if asked else interaction.facts.get("back")
    if address:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        web.allow_form_action(origin if _link(address) else f"{parts.scheme}:")


def _link(address):
    return address if address and urlsplit(address).scheme in {"http", "https"} else None


def _host(address):
    return urlsplit(address).netloc if _link(address) else None


@cache
def _fingerprint(path, _changed_at):
    return sha256(path.read_bytes()).hexdigest()[:10]
