"""Take back what one allowed an application, and end all it holds by it (`decisions.md` §15)."""

from app.auth.accounts import lookup, subject
from app.auth.clients import registry
from app.auth.consents import withdrawal
from app.auth.tokens import ending
from app.foundation.problems import NotFound


def now(user_id, client_id):
    """Withdraw the person's consent to the client; the person stays signed in here.

    The client's tokens of this person end, and it is told so if it wants to hear. Asked before
    the request writes anything. Raises NotFound: when nothing was allowed to it.
    """
    client = registry.find(client_id)
    if client is None:
        raise NotFound
    user = lookup.by_id(user_id)
    known_as = subject.of(user, client.sector)
    ending.consent(user_id, client_id, "consent_withdrawn", known_as=known_as)
    withdrawal.take_back(user_id, user.sub, client_id)
