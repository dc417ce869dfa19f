"""Renew and end what a document's app was given, by its refresh token (C9, C18)."""

from app.auth.audit import events
from app.auth.clients import documents, registry
from app.auth.tokens import ending, refresh
from app.auth.tokens.documents import envelopes, issuing
from app.foundation import metrics


def renew(value):
    """Return the next tokens (`issuing.Tokens`) for the refresh JWT ``value``, or None.

    None is a refusal that is to be kept: an old token of a family that turns over ends it. It is
    counted as a use of the document whose token it is.
    """
    found = envelopes.open(value)
    if found is None:
        return None
    token, document = found
    metrics.count(documents.USES, document=document.number)
    client = registry.find(document.client_id)
    return None if client is None or client.disabled else issuing.go_on(document, token, value)


def end(value, document=documents.NEST):
    """End the session that the refresh JWT ``value`` of ``document`` belongs to, and all of it.

    Nothing happens when it is none, or over already: signing out twice is no error (S48). One that
    was turned over does as well: our own signature says that it was of this family.
    """
    found = envelopes.open(value)
    if found is None or found[1] != document:
        return
    grant = refresh.peek(found[0], document.client_id)
    if grant:
        ending.session(grant.session_id, "signed_out", actor=grant.subject, offline=True)
        ending.grant(grant.grant_id, events.GRANT_ENDED, actor=document.client_id)
