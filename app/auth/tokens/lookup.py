"""Find any token by its value; may this caller know of it (RFC 7662 §4)?

A client knows its own tokens, a resource server those of its audience. To anyone else, and for
anything that is not live, there is nothing to tell.
"""

from app.auth.audit import events
from app.auth.staff import leaves
from app.auth.tokens import access, ending, refresh


def introspect(value, caller):
    """Return the introspection answer (RFC 7662 §2.2) about ``value`` for ``caller``."""
    claims = access.read(value)
    if claims is not None:
        may_know = claims["client_id"] == caller.client_id or serves(caller, claims["aud"])
        if not may_know or not access.is_live(claims) or not leaves.still(claims.get(access.GRANT)):
            return {"active": False}
        return {"active": True, "token_type": "Bearer"} | claims
    token = refresh.parse(value)
    grant = refresh.find(token) if token else None
    if grant is None or grant.client_id != caller.client_id:
        return {"active": False}
    return {
        "active": True,
        "scope": grant.scope,
        "client_id": grant.client_id,
        "sub": grant.subject,
        "exp": int(grant.expires_at.timestamp()),
    }


def serves(caller, audience):
    """Is ``audience`` an API that ``caller`` answers for, or a part of one?"""
    return any(audience == own or audience.startswith(f"{own}/") for own in caller.audiences)


def revoke(value, client):
    """End ``value`` if it is a token of ``client``'s (RFC 7009 §2.1); else do nothing.

    A refresh token takes its whole grant along, an access token only itself.
    """
    claims = access.read(value)
    if claims is not None:
        if claims["client_id"] == client.client_id:
            ending.token(claims["jti"], actor=client.client_id)
        return
    token = refresh.parse(value)
    grant = refresh.find(token) if token else None
    if grant and grant.client_id == client.client_id:
        ending.grant(grant.grant_id, events.GRANT_ENDED, actor=client.client_id)
