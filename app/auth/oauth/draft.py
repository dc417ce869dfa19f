"""An authorization request while it is being checked."""

from dataclasses import dataclass, field
from typing import Any

from app.auth.interactions.request import AuthorizationRequest
from app.foundation import clock

PARAMETERS = (  # those the checks read: all that is kept of a pushed request, or taken from inside
    *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "response_mode"),
    *("code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values"),
    *("id_token_hint", "login_hint", "ui_locales", "resource", "claims"),
    "authorization_details",
)


@dataclass(slots=True)
class Draft:
    """What came, and what the checks have made of it so far.

    parameters: the first value of each (text), but of ``resource`` all of them (a list), since it
    may be repeated (RFC 8707 §2); repeated: names that came twice (RFC 6749 §3.1); pushing: its
    client has just proved itself and pushes it; pushed: the digest, hexadecimal, of the
    ``request_uri`` it was opened by; signed: a request object of the client was opened.
    """

    parameters: dict
    repeated: frozenset
    client: Any = None
    pushing: bool = False
    pushed: str | None = None
    signed: bool = False
    checked: dict = field(default_factory=dict)

    @classmethod
    def read(cls, values, client=None):
        """Take a Werkzeug multi-dict apart; an empty value counts as absent (RFC 6749 §3.1).

        client: who pushes it, having proved itself.
        """
        parameters = {name: value for name, value in values.items() if value}
        repeated = frozenset(n for n in values if len(values.getlist(n)) > 1)
        if resources := list(filter(None, values.getlist("resource"))):
            parameters["resource"] = resources
        return cls(parameters, repeated, client, pushing=client is not None)

    def get(self, name):
        """Return the parameter ``name``, or None."""
        return self.parameters.get(name)

    @property
    def address(self):
        """Where the answer goes, once that is settled, else None."""
        return self.checked.get("redirect_uri")

    def known(self):
        """Return the parameters (dict) that mean something: no secret and no assertion."""
        return {name: self.parameters[name] for name in PARAMETERS if name in self.parameters}

    def replace(self, parameters):
        """Go on with ``parameters`` (dict) alone; an empty value counts as absent."""
        self.parameters = {name: value for name, value in parameters.items() if value}

    def freeze(self):
        """Return the checked :class:`AuthorizationRequest`."""
        return AuthorizationRequest(
            client_id=self.client.client_id,
            asked_at=clock.seconds(),
            state=self.get("state"),
            ui_locales=self.get("ui_locales"),
            pushed=self.pushed,
            **self.checked,
        )
