"""The desk: what a person's wallet holds and has seen, as the bank tells it over HTTP.

Under one roof the bank is asked within the process (:meth:`Desk.within`): a server that called
itself over the network would starve its own threads (`decisions.md` §2).
"""

from functools import cached_property
from urllib.parse import urlsplit

import httpx
from flask import current_app

from app.auth.banking import own_app
from app.auth.database import db
from app.foundation import database, tracing
from app.foundation.logs import log
from app.foundation.problems import Problem

TIMEOUT_SECONDS = 3
_WITHOUT_WALLET = {httpx.codes.FORBIDDEN, httpx.codes.UNPROCESSABLE_ENTITY}  # not proved enough


class BankAway(Problem):
    """The bank does not answer, or not as it should."""

    code = "bank_away"
    status = 503
    key = "money.away"
    description = "The bank cannot be reached."


class NoWallet(Problem):
    """The bank has opened no wallet for this person, and does not yet."""

    code = "no_wallet"
    status = 403
    description = "There is no wallet yet."


class Refused(Problem):
    """The bank does not take the question. fields: the names of the parameters that will not do."""

    code = "invalid_request"
    status = 422
    description = "Some parameters are not as they must be."

    def __init__(self, fields):
        super().__init__()
        self.fields = fields


class Desk:
    """Where the bank is asked; nothing is connected before somebody asks."""

    def __init__(self, url):
        self._url = url
        self._transport = None

    def within(self, application):
        """Ask the bank that is the WSGI ``application`` in this process."""
        self._transport = httpx.WSGITransport(app=application)

    @cached_property
    def _http(self):
        transport = tracing.carrying(current_app, self._transport)
        return httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS)

    def ask(self, here, path, query, *, stream=False):
        """GET ``path`` for who is ``here``; return the answer (httpx), unread when ``stream``.

        The request's own reading ends first, so no connection is held while the bank is asked.

        Raises BankAway, NoWallet, Refused.
        """
        database.let_go(db)
        token = own_app.token(here)
        if token is None:
            raise BankAway(detail="the account's app is not registered, or switched off")
        headers = {"Authorization": f"Bearer {token}"}
        asked = self._http.build_request("GET", self._url + path, params=query, headers=headers)
        try:
            answer = self._http.send(asked, stream=stream)
            if answer.status_code == httpx.codes.OK:
                return answer
            answer.read()
        except httpx.HTTPError as error:
            raise BankAway(detail=type(error).__name__) from None
        log.warning("the bank refused", path=path, status=answer.status_code)
        raise _refusal(answer)


def init_app(app):
    """Give ``app`` its desk: at ``BANK_URL``, else where the bank's audience says it is."""
    audience = urlsplit(app.config["BANK_AUDIENCE"])
    url = app.config["BANK_URL"] or f"{audience.scheme}://{audience.netloc}"
    app.extensions["bank"] = Desk(url)


def told(here, path, **query):
    """Return what the bank answers to ``path`` (dict) about who is ``here``.

    Raises BankAway, NoWallet, Refused.
    """
    answer = current_app.extensions["bank"].ask(here, path, query)
    try:
        found = answer.json()
    except ValueError:
        raise BankAway(detail="no JSON") from None
    if not isinstance(found, dict):
        raise BankAway(detail="not an object")
    return found


def file(here, path, **query):
    """Return the file that the bank answers to ``path``, as pieces of bytes yet to be read.

    Raises BankAway, NoWallet, Refused.
    """
    answer = current_app.extensions["bank"].ask(here, path, query, stream=True)
    return _pieces(answer)


def _pieces(answer):
    try:
        yield from answer.iter_bytes()
    finally:
        answer.close()


def _refusal(answer):
    if answer.status_code in _WITHOUT_WALLET:
        return NoWallet()
    if answer.status_code != httpx.codes.BAD_REQUEST:
        return BankAway(detail=f"status {answer.status_code}")
    try:
        return Refused([error["field"] for error in answer.json()["errors"]])
    except (ValueError, LookupError, TypeError):
        return BankAway(detail="a refusal that names nothing")
