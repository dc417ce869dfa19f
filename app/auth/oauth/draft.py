"""An authorization request while it is being checked."""

from dataclasses import dataclass, field
from typing import Any

from app.auth.interactions.request import AuthorizationRequest
from app.foundation import clock


@dataclass(slots=True)
class Draft:
    """What came, and what the checks have made of it so far.

    parameters: the first value of each (text), but of ``resource`` all of them (a list), since it
    may be repeated (RFC 8707 §2); repeated: names that came twice (RFC 6749 §3.1).
    """

    parameters: dict
    repeated: frozenset
    client: Any = None
    checked: dict = field(default_factory=dict)

    @classmethod
    def read(cls, values):
        """Take a Werkzeug multi-dict apart; an empty value counts as absent (RFC 6749 §3.1)."""
        parameters = {name: value for name, value in values.items() if value}
        repeated = frozenset(n for n in values if len(values.getlist(n)) > 1)
        if resources := list(filter(None, values.getlist("resource"))):
            parameters["resource"] = resources
        return cls(parameters, repeated)

    def get(self, name):
        """Return the parameter ``name``, or None."""
        return self.parameters.get(name)

    def freeze(self):
        """Return the checked :class:`AuthorizationRequest`."""
        return AuthorizationRequest(
            client_id=self.client.client_id,
            asked_at=clock.seconds(),
            state=self.get("state"),
            ui_locales=self.get("ui_locales"),
            **self.checked,
        )
