"""What an authorization allows, as every token of it carries it."""

from datetime import datetime
from typing import NamedTuple


class Grant(NamedTuple):
    """Who allowed which client what, how surely they were here, and for which audience.

    subject: the ``sub`` the client sees; scope, amr: space-separated; audience: so too, while the
    one that a token is for has not been chosen (RFC 8707 §2.2); session_id: None once the browser
    session is over, or where there never was one; claims: those asked for by name, as
    ``consents.named`` writes them, or None.
    """

    grant_id: str
    user_id: int
    subject: str
    session_id: str | None
    scope: str
    audience: str
    nonce: str | None
    auth_time: datetime
    acr: str
    amr: str
    claims: str | None
