"""The connected apps: what each may do with one's account, and taking that back."""

from flask import current_app, redirect, request, url_for

from app.auth.flows import withdraw_consent
from app.auth.hosted import asker, forms, signed_in
from app.auth.pages import scope_words
from app.auth.sessions import browser
from app.auth.tokens import holdings
from app.foundation import clock, words
from app.foundation.problems import NotFound

apps = signed_in.door("account_apps")

LONGEST = 100  # characters looked for


@apps.get("/account/apps")
def index():
    """List the apps that fit what was asked, a page at a time."""
    asked = {name: request.args.get(name, "")[:LONGEST] for name in ("q", "order")}
    page = request.args.get("page", 1, type=int)
    found = holdings.connections(_here(), asked["q"], order=asked["order"], page=page)
    return forms.page(
        "apps",
        asked={name: value for name, value in asked.items() if value},
        found=found,
        rows=[_told(each) for each in found.rows],
        orders=tuple(holdings.ORDERS),
        told=_gone(request.args.get("ended", "")),
        **signed_in.page(),
    )


@apps.get("/account/apps/<client_id>")
def show(client_id):
    """Say what this app may do, since when, and how to end it."""
    return forms.page("app", **_page(client_id))


@apps.get("/account/apps/<client_id>/end")
def ask(client_id):
    """Ask before taking it back."""
    return forms.page("app_end", **_page(client_id))


@apps.post("/account/apps/<client_id>/end")
def end(client_id):
    """Take back what the app was allowed; all it holds by it ends (`decisions.md` §15)."""
    withdraw_consent.now(_here(), client_id)
    return redirect(url_for(".index", ended=client_id), 303)


def _here():
    return browser.presence().user_id


def _gone(client_id):
    """That an app was ended, if it was."""
    found = asker.of(client_id)
    if found is None or holdings.connection(_here(), client_id):
        return None
    return words.t("app.revoked", app=found.name)


def _asker(client_id):
    found = asker.of(client_id)
    if found is None:
        raise NotFound
    return found


def _page(client_id):
    found = holdings.connection(_here(), client_id)
    if found is None:
        raise NotFound
    seconds = max(1, current_app.config["CACHE_SECONDS"])
    told = _told(found)
    return {"app": told, "items": scope_words.items(found.scope), "n": seconds, **signed_in.page()}


def _told(connection):
    now = clock.now()
    return {
        "id": connection.client_id,
        "asker": _asker(connection.client_id),
        "since": words.when(connection.given_at, now),
        "used": words.when(connection.used_at, now),
        "continues": connection.continues,
        "things": len(scope_words.items(connection.scope)),
    }
