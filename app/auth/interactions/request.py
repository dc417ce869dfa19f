"""What was asked, at the authorization endpoint or by a device, frozen once checked."""

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A checked authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).

    audience: those authorized, space-separated; asked_at: seconds since 1970; hinted_sub: the one
    person it is about (``id_token_hint``, claim ``sub``), empty for nobody we know; acr_essential:
    one of ``acr_values`` must be met; claims: those asked for by name, as ``consents.named``
    writes them; details: what is to be done, as ``consents.details`` writes it; deed: the bank's
    signed word on it, which needs approval; pushed: the digest, hexadecimal, of the
    ``request_uri`` it came under (RFC 9126).

    A device's (RFC 8628) has no redirect_uri. device: the digest of its device code, hexadecimal;
    user_code_sealed: what it shows, see :mod:`app.auth.interactions.user_codes`.
    """

    client_id: str
    redirect_uri: str | None
    redirect_uri_sent: bool
    scope: tuple
    audience: str
    asked_at: int
    response_mode: str = "query"
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: frozenset = frozenset()
    max_age: int | None = None
    acr_values: tuple = ()
    acr_essential: bool = False
    hinted_sub: str | None = None
    login_hint: str | None = None
    ui_locales: str | None = None
    claims: str | None = None
    details: str | None = None
    deed: str | None = None
    pushed: str | None = None
    device: str | None = None
    user_code_sealed: str | None = None

    def as_json(self):
        """Return this request as JSON text; :meth:`from_json` reads it back."""
        return json.dumps(asdict(self) | {"prompt": sorted(self.prompt)})

    @classmethod
    def from_json(cls, text):
        """Return the request that :meth:`as_json` wrote."""
        kept = json.loads(text)
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in kept.items() if name in known}
        return cls(
            **kept
            | {
                "scope": tuple(kept["scope"]),
                "prompt": frozenset(kept["prompt"]),
                "acr_values": tuple(kept["acr_values"]),
            }
        )
