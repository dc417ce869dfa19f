"""The app factory: Cofrinho, under a prefix, ready for any WSGI server."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx
from flask import Flask, redirect, request

from dev.demo import record, words
from dev.demo.money.evidence import Operator
from dev.demo.money.machine import Machine, Named
from dev.demo.money.pages import money
from dev.demo.pages import pages
from dev.demo.relying_party import RelyingParty
from dev.demo.shelf import Shelf
from dev.demo.steps import Demo
from dev.demo.visits import Visits

LARGEST = 256 * 1024  # bytes of a form: evidence that is pasted is the most


@dataclass(frozen=True)
class Wiring:
    """Where everything is.

    bank: the address in front of ``/wallet/…``, without a slash at its end.
    transport: how to reach both; None means the network.
    payee: whom the small transfer goes to: a ``sub``; friend: whom the large one does.
    machine: the cash machine, or None; operator: the command line of the server, where this app
    may use it to export evidence (a developer's machine), else nothing.
    shelf: the file where visits are kept, one for all the processes of a server; None: one of
    this process alone, gone with it.
    """

    issuer: str
    bank: str
    client_id: str
    client_secret: str
    redirect_uri: str
    transport: httpx.BaseTransport | None = None
    prefix: str = "/demo"
    payee: str = ""
    friend: str = ""
    machine: Named | None = None
    operator: tuple = ()
    shelf: Path | None = None


def create_app(issuer, bank, client_id, client_secret, redirect_uri, **more):
    """Return the demo as a WSGI app; the remaining names are those of :class:`Wiring`.

    Nothing is fetched before the first sign-in.
    """
    wiring = Wiring(issuer, bank, client_id, client_secret, redirect_uri, **more)
    app = Flask(__name__, static_folder=None)
    http = httpx.Client(
        transport=wiring.transport, timeout=10, event_hooks={"response": [record.keep]}
    )
    client = RelyingParty(issuer, client_id, client_secret, redirect_uri, http)
    back = urlsplit(redirect_uri)
    own = None if wiring.shelf else TemporaryDirectory(prefix="cofrinho-")
    shelf = Shelf(wiring.shelf or Path(own.name, "visits.sqlite3"))
    cookie = f"cofrinho_{back.port or back.scheme}"
    visits = Visits(shelf, cookie, wiring.prefix, back.scheme == "https")
    demo = Demo(client, http, wiring.bank, wiring.payee, wiring.friend)
    app.extensions |= {"demo": demo, "visits": visits, "folder": own}
    atm = wiring.machine and Machine(client, http, wiring.bank, wiring.machine)
    app.extensions |= {"machine": atm, "operator": Operator(wiring.operator)}
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.register_blueprint(pages, url_prefix=wiring.prefix)
    app.register_blueprint(money, url_prefix=wiring.prefix)
    app.add_url_rule("/", "root", lambda: redirect(wiring.prefix + "/"))
    app.after_request(visits.keep)
    app.after_request(_headers(issuer))
    return app


def _headers(issuer):
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
    # A form may also lead to the issuer: browsers check where its redirect goes.
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {origin}"
    )

    def put(answer):
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        if answer.mimetype == "text/html":
            answer.headers["Cache-Control"] = "no-store"
        if request.args.get("lang") in words.LANGUAGES:
            answer.set_cookie(words.COOKIE, request.args["lang"], httponly=True, samesite="Lax")
        return answer

    return put
