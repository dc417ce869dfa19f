"""Say goodbye to the apps that a session signed in to, once it has ended.

Their servers are told, and their pages are opened in frames so that they forget the person in this
browser too (OIDC Back-Channel Logout §2.5, Front-Channel Logout §3). The browser comes by on its
way back to the app that asked, when the ending has been kept: `decisions.md` §13.
"""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import current_app

from app.auth.clients import registry
from app.auth.database import db
from app.auth.interactions import journey
from app.auth.tokens import logout_delivery
from app.foundation import database
from app.foundation.problems import Unavailable

DONE = "/logout/done"


class App(NamedTuple):
    """An app that the session signed in to.

    page: the address to open in a frame, or None; waiting: its server could not be told yet.
    """

    client_id: str
    page: str | None
    waiting: bool


def onwards(session_id, *, back=None, client_id=None):
    """Return where the browser goes whose session has just ended (None: there was none).

    back: an address at the client that asked, to go to in the end. Where no app wants to hear of
    it, that is at once.
    """
    if session_id is None or not logout_delivery.took_part(session_id):
        return back or DONE
    facts = {"session": session_id, "back": back}
    interaction = journey.begin("farewell", asked=facts, client_id=client_id, return_to=DONE)
    return f"{DONE}/{interaction.id}"


def tell(session_id):
    """Tell the apps' servers, each once and for 2 seconds at most; the worker does the rest.

    Asked before the request writes anything: no connection is held meanwhile. When as many wait
    here as may at once, so that threads are left for everything else, nobody waits more.
    """
    database.let_go(db)
    try:
        with current_app.extensions["farewells"].take(queue=0):
            logout_delivery.first_tries(session_id)
    except Unavailable:
        return


def apps(session_id):
    """Return the :class:`App` list of those that the session signed in to and that are still here.

    A page is asked for with ``iss`` and ``sid``, always both (OIDC Front-Channel Logout §2).
    """
    named = {"iss": current_app.config["ISSUER"], "sid": session_id}
    waiting = logout_delivery.waiting(session_id)
    found = (registry.find(client_id) for client_id in logout_delivery.took_part(session_id))
    return [
        App(
            client.client_id,
            _with(client.frontchannel_logout_uri, named),
            client.client_id in waiting,
        )
        for client in found
        if client and not client.disabled
    ]


def _with(address, named):
    """The address with parameters beside those it has; None without an address."""
    if not address:
        return None
    joint = "&" if urlsplit(address).query else "" if address.endswith("?") else "?"
    return f"{address}{joint}{urlencode(named)}"
