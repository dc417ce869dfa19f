"""ID tokens (OIDC Core §2): who signed in, when and how surely; nothing that scopes ask for.

What the ``claims`` parameter asked of the ID token by name is there (OIDC Core §5.5).

And their counterpart, logout tokens: that it is over (OIDC Back-Channel Logout §2.4).
"""

from flask import current_app

from app.auth.accounts import claims as known
from app.auth.consents import named, telling
from app.auth.keys import jose, ring
from app.auth.tokens import owner
from app.foundation import clock

TYPE = "JWT"
LOGOUT_TYPE = "logout+jwt"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS = 120  # how long a logout token is good; each try mints its own


def mint(grant, client, access_token):
    """Return an ID token for ``grant``, beside ``access_token`` (OIDC Core §3.1.3.6)."""
    now = clock.seconds()
    alg = client.id_token_signed_response_alg
    claims = {
        "iss": current_app.config["ISSUER"],
        "sub": grant.subject,
        "aud": client.client_id,
        "exp": now + current_app.config["ID_TOKEN_SECONDS"],
        "iat": now,
        "auth_time": int(grant.auth_time.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr.split(),
        "at_hash": half_hash(access_token, alg),
    }
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    if grant.session_id:
        claims["sid"] = grant.session_id
    if grant.claims:
        claims |= _asked_by_name(grant)
    return ring.sign(claims, alg=alg, typ=TYPE)


def mint_logout(notice_id, notice, client):
    """Return a logout token for ``notice`` (OIDC Back-Channel Logout §2.4).

    Its ``jti`` is the notice's id, however often it is tried. Without a session, every session of
    the subject is meant.
    """
    now = clock.seconds()
    claims = {
        "iss": current_app.config["ISSUER"],
        "sub": notice.subject,
        "aud": client.client_id,
        "iat": now,
        "exp": now + LOGOUT_SECONDS,
        "jti": notice_id,
        "events": {LOGOUT_EVENT: {}},
    }
    if notice.session_id:
        claims["sid"] = notice.session_id
    return ring.sign(claims, alg=client.id_token_signed_response_alg, typ=LOGOUT_TYPE)


def read(value):
    """Return the claims of an ID token that we issued, expired or not, or None.

    For ``id_token_hint`` (OIDC Core §3.1.2.1): an expired token is still a good hint.
    """
    claims = ring.verify(value, typ=TYPE)
    if claims is None or claims.get("iss") != current_app.config["ISSUER"]:
        return None
    return claims if isinstance(claims.get("aud"), str) and "auth_time" in claims else None


def half_hash(token, alg):
    """Return ``at_hash``: the left half of the token's hash by that of ``alg``.

    alg: what the ID token is signed with (OIDC Core §3.1.3.6).
    """
    whole = jose.ALGORITHMS[alg].digest(token.encode()).digest()
    return jose.b64(whole[: len(whole) // 2]).decode()


def _asked_by_name(grant):
    asked = named.read(grant.claims)
    level = {"acr": asked.acr} if asked.acr else {}
    if not asked.id_token:
        return level
    return telling.for_id_token(known.of(owner.by_id(grant.user_id)), asked.id_token) | level
