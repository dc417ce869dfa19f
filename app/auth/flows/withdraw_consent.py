"""Take back what one allowed an application, and end all it holds by it (`decisions.md` §15)."""

from app.auth.accounts import lookup, subject
from app.auth.clients import registry
from app.auth.consents import withdrawal
from app.auth.tokens import ending
from app.foundation.problems import NotFound


def now(user_id, client_id, *, by=None):
    """Withdraw the person's consent to the client; the person stays signed in here.

    The client's tokens of this person end, and it is told so if it wants to hear. by: who of
    ours does so in the person's stead, for the record; None: the person. Asked before the request
    writes anything. Raises NotFound: when nothing was allowed to it.
    """
    client = registry.find(client_id)
    if client is None:
        raise NotFound
    user = lookup.by_id(user_id)
    _end(user, client_id, subject.of(user, client.sector), by)


def known_to(user):
    """Return, for each client that ``user`` allowed something, what it calls them.

    Asked before the request writes anything; :func:`each` then withdraws.
    """
    clients = [registry.find(client_id) for client_id in withdrawal.given(user.id)]
    return {client.client_id: subject.of(user, client.sector) for client in clients}


def each(user, known_as):
    """Withdraw the person's consents to the clients that :func:`known_to` named."""
    for client_id, name in known_as.items():
        _end(user, client_id, name)


def _end(user, client_id, known_as, by=None):
    ending.consent(user.id, client_id, "consent_withdrawn", known_as=known_as)
    withdrawal.take_back(user.id, user.sub, client_id, by=by)
