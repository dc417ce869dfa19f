"""What somebody calls a passkey of theirs."""

from app.auth.audit import events, trail
from app.auth.factors import passkeys
from app.auth.sessions import browser


def call(passkey_id, name):
    """Call that passkey ``name``, cut to what fits; an empty one changes nothing.

    Raises NotFound.
    """
    here = browser.presence()
    if passkeys.rename(here.user_id, passkey_id, name):
        told = {"factor": "passkey", "passkey": passkey_id}
        trail.record(events.FACTOR_NAMED, actor=here.sub, subject=here.sub, data=told)
