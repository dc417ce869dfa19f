"""What is asked for in all its parts (RFC 9396): known types, and the bank's own word on money."""

from app.auth.consents.details import registry
from app.auth.oauth import errors


def check(asked):
    """Settle the details, and whom a deed is about: another person signed in is no help.

    Raises InvalidAuthorizationDetails (§5), InvalidRequest, Unavailable.
    """
    text = asked.get("authorization_details")
    if text is None:
        return
    scope = asked.checked["scope"]
    found = understood(registry.judged, text, asked.client.client_id, scope)
    asked.checked["details"] = registry.written(found.entries)
    if found.deed is None:
        return
    asked.checked["deed"] = found.deed.jws
    person = found.deed.claims["sub"]
    if asked.checked.setdefault("hinted_sub", person) != person:
        raise errors.InvalidRequest("The authorization_details are about another person.")


def for_token(grant, form):
    """Return ``grant`` with the details of one token: those of its audience, or fewer (§6.1).

    Raises InvalidAuthorizationDetails.
    """
    if grant.details is None and "authorization_details" not in form:
        return grant
    left = narrowed(grant.details, form)
    return grant._replace(details=registry.served(left, grant.audience))


def renewed(grant, form):
    """Return ``grant`` as :func:`for_token` does, for a refresh token: money is never renewed."""
    if grant.details is None and "authorization_details" not in form:
        return grant
    return for_token(grant._replace(details=registry.lasting(grant.details)), form)


def narrowed(granted, form):
    """Return the ``granted`` details, narrowed to those ``form`` asks for, if it does.

    Raises InvalidAuthorizationDetails: for more than was granted.
    """
    return understood(registry.narrowed, granted, form.get("authorization_details") or None)


def refuse(form):
    """Raises InvalidAuthorizationDetails: when ``form`` asks for any where nobody can be asked."""
    if form.get("authorization_details"):
        raise errors.InvalidAuthorizationDetails


def understood(judge, *told):
    """Return ``judge(*told)``, a verb of the registry. Raises InvalidAuthorizationDetails."""
    try:
        return judge(*told)
    except registry.NotUnderstood as why:
        error = errors.InvalidAuthorizationDetails()
        error.detail = str(why)
        raise error from why
