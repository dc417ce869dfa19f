"""Ask the issuer whether a token is still good (RFC 7662), and believe it for seconds."""

import time
from base64 import b64encode
from urllib.parse import quote_plus

from app.resource_server.errors import IssuerAway
from app.resource_server.remembered import Flights, Remembered
from app.resource_server.tokens import digest


class Introspection:
    """Live answers about tokens, asked as a client of the issuer (``client_secret_basic``)."""

    def __init__(self, issuer, trust):
        self._issuer = issuer
        self._authorization = basic(trust.client_id, trust.client_secret)
        self._seconds = trust.live_seconds
        self._answers = Remembered()
        self._flights = Flights()

    def is_active(self, value):
        """Is the token ``value`` good at this moment, give or take ``live_seconds``?

        Raises IssuerAway: when the issuer does not answer, or not us.
        """
        name = digest(value)
        active = self._answers.get(name)
        if active is None:
            active = self._flights.take(name, lambda: self._ask(name, value))
        if active is None:
            raise IssuerAway(detail="no live answer")
        return active

    def _ask(self, name, value):
        asked_at = time.monotonic()  # believed from here on: the answer may be as old as this
        url = self._issuer.endpoint("introspection_endpoint")
        if url is None:
            return None
        form = {"token": value, "token_type_hint": "access_token"}
        answer = self._issuer.post(url, form, self._authorization)
        if answer is None or not isinstance(answer.get("active"), bool):
            return None
        self._answers.put(name, answer["active"], asked_at + self._seconds)
        return answer["active"]


def basic(client_id, client_secret):
    """Return the ``Authorization`` of a client: both parts form-encoded first (RFC 6749 §2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"
