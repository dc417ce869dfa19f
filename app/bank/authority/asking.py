"""Ask the authorization server as the bank's own client (RFC 6749 §4.4, `decisions.md` §2).

Its token is kept until it is nearly over, and drawn once however many threads want it. Whoever
asks holds no wallet's lock: the answer may take seconds.
"""

from flask import current_app

from app.foundation.problems import Unavailable
from app.resource_server.introspection import basic
from app.resource_server.issuer import Issuer
from app.resource_server.remembered import Flights, Remembered

_EXTENSION = "authority"
_NEARLY_OVER = 0.9  # of its life a token is shown for so much
_UNAUTHORIZED = 401


class Away(Unavailable):
    """The authorization server is away, or does not know us: nothing is believed, nothing moves."""

    retry_after = 2
    description = "The authorization server cannot be asked now. Try again in a moment."


class Authority:
    """One authorization server, asked in the name of one client."""

    def __init__(self, url, client_id, client_secret, transport=None):
        self._url = url
        self._issuer = Issuer(url, transport)
        self._proof = basic(client_id, client_secret)
        self._tokens = Remembered(most=8)
        self._flights = Flights()

    def ask(self, path, scope, body):
        """POST ``body`` (dict) to ``path`` with a token for ``scope``; return status and answer.

        A token that is refused is drawn anew, once: it may have ended before its time.

        Raises Away: when nobody answers, or not us.
        """
        for again in (False, True):
            answer = self._issuer.call(self._url + path, body, self._shown(scope, anew=again))
            if answer is None:
                raise Away(detail="no answer")
            if answer[0] != _UNAUTHORIZED:
                break
        status, _told = answer
        if status >= 500 or status in {401, 403, 429}:
            raise Away(detail=f"answered {status}")
        return answer

    def _shown(self, scope, *, anew):
        value = None if anew else self._tokens.get(scope)
        if value is None:
            value = self._flights.take(scope, lambda: self._draw(scope))
        if value is None:
            raise Away(detail="no token of our own")
        return f"Bearer {value}"

    def _draw(self, scope):
        url = self._issuer.endpoint("token_endpoint")
        form = {"grant_type": "client_credentials", "scope": scope}
        answer = self._issuer.post(url, form, self._proof) if url else None
        if answer is None or not isinstance(answer.get("access_token"), str):
            return None
        seconds = answer.get("expires_in")
        if isinstance(seconds, int | float) and seconds > 0:
            self._tokens.keep(scope, answer["access_token"], _NEARLY_OVER * seconds)
        return answer["access_token"]


def init_app(app, transport=None):
    """Let ``app`` ask the issuer of its settings; nothing is asked here.

    transport: an httpx transport to the issuer when it lives in this process; else the network.
    """
    settings = app.config
    proof = settings["BANK_CLIENT_ID"], settings["BANK_CLIENT_SECRET"]
    app.extensions[_EXTENSION] = Authority(settings["ISSUER"], *proof, transport)


def ask(path, scope, body):
    """Ask as :meth:`Authority.ask` does, for this application."""
    return current_app.extensions[_EXTENSION].ask(path, scope, body)
