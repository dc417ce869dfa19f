"""What an authorization allows, as every token of it carries it."""

from datetime import datetime
from typing import NamedTuple


class Grant(NamedTuple):
    """Who allowed which client what, how surely they were here, and for which audience.

    subject: the ``sub`` the client sees; scope, amr: space-separated; session_id: None once the
    browser session is over, or where there never was one; claims: those asked for by name, JSON
    (OIDC Core §5.5), or None.
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
