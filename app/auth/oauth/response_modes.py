"""How an authorization answer reaches the client: in the query of its redirect URI, or by a form.

``iss`` is in every answer (RFC 9207); ``state`` comes back byte for byte, and only if it came (RFC
6749 §4.1.2). A query that the registered address has is kept.
"""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, render_template

from app.auth.clients import registry
from app.auth.oauth import explaining
from app.foundation import web, words


class Way(NamedTuple):
    """The way back to a client: where to, in which of :data:`MODES`, and what it sees again."""

    client_id: str
    redirect_uri: str
    mode: str
    state: str | None


def early(draft):
    """Return the :class:`Way` back for a request whose address alone is sure yet.

    The mode it asks for counts where it is one that can reach that address.
    """
    address, mode = draft.address, draft.get("response_mode")
    way = mode if mode in MODES and reaches(mode, address) else "query"
    return Way(draft.client.client_id, address, way, draft.get("state"))


def of(asked):
    """Return the :class:`Way` back for a checked AuthorizationRequest."""
    return Way(asked.client_id, asked.redirect_uri, asked.response_mode, asked.state)


def reaches(mode, redirect_uri):
    """Can a browser bring an answer of this ``mode`` there?

    A form goes to a web address alone: an app that is called by a scheme of its own is handed the
    address and no body (RFC 8252 §7.1).
    """
    return mode != "form_post" or urlsplit(redirect_uri).scheme in {"http", "https"}


def answer(way, parameters):
    """Return the response that brings ``parameters`` to the client."""
    seen_again = {} if way.state is None else {"state": way.state}
    issuer = {"iss": current_app.config["ISSUER"]}
    return MODES[way.mode](way, parameters | seen_again | issuer)


def refusal(way, error):
    """Return the response that tells the client of ``error`` (RFC 6749 §4.1.2.1)."""
    error.uri = explaining.address(error)
    return answer(way, dict(error.get_body()))


def _in_query(way, fields):
    """A redirect; 303, so that a posted form is not posted on."""
    address = way.redirect_uri
    joint = "&" if urlsplit(address).query else "" if address.endswith("?") else "?"
    where = f"{address}{joint}{urlencode(fields)}"
    return Response(status=303, headers=(("Location", where), ("Cache-Control", "no-store")))


def _by_form(way, fields):
    """A page whose form posts itself, or is sent by its button (Form Post Response Mode §2)."""
    web.form_action_alone(web.origin(way.redirect_uri))
    client = registry.find(way.client_id)
    name = client and client.localized("client_name", words.locale())
    page = render_template(
        "oauth/form_post.html", address=way.redirect_uri, fields=fields, app=name or way.client_id
    )
    return web.no_store(Response(page, mimetype="text/html"))


MODES = {"query": _in_query, "form_post": _by_form}
