"""What rooms are tested with: a person in a browser session, an app, a grant between them."""

from datetime import timedelta
from threading import Barrier, Thread

from app.auth.clients import registry
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.auth.interactions.request import AuthorizationRequest
from app.auth.keys import rotation
from app.auth.sessions import assurance
from app.auth.sessions.browser import Presence
from app.auth.sessions.models import Session
from app.auth.tokens import access, codes, refresh
from app.foundation import clock, digests, ids
from app.foundation.database import kept
from tests.support import pairs

CALLBACK = "https://shop.example/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B
SHOP = {
    "client_name": "Loja",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
    "scope": "openid profile email offline_access wallet:read reports:read",
}


def make_keys():
    """Make the first keys."""
    with pairs.reused(), kept(db):
        rotation.ensure()


def register(client_id="shop", **described):
    """Register an app and keep it; return the answer it got."""
    with kept(db):
        return register_client.register(
            SHOP | described, scopes=scopes.CATALOGUE, client_id=client_id
        )


def app_named(client_id="shop", **described):
    """Register an app; return its record."""
    register(client_id, **described)
    return registry.find(client_id)


def come_in(user):
    """Open a browser session without a browser; return the presence it gives."""
    now = clock.now()
    session = Session(
        id=ids.new("ses"),
        user_id=user.id,
        secret_digest=digests.of(ids.secret()),
        auth_time=now,
        amr=assurance.PASSWORD,
        acr=assurance.ONE_FACTOR,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(minutes=30),
        ends_at=now + timedelta(hours=12),
        method="password",
    )
    with kept(db):
        db.session.add(session)
    return Presence(
        session_id=session.id,
        user_id=user.id,
        sub=user.sub,
        name=user.full_name,
        locale=None,
        auth_time=now,
        amr=session.amr,
        acr=session.acr,
        must_change_password=False,
    )


def asking(scope="openid wallet:read", client_id="shop", **more):
    """Return a checked authorization request of the app."""
    names = tuple(scope.split())
    asked = {
        "redirect_uri": CALLBACK,
        "redirect_uri_sent": True,
        "audience": access.audience_for(names),
        "asked_at": clock.seconds(),
        "code_challenge": CHALLENGE,
    }
    return AuthorizationRequest(client_id=client_id, scope=names, **(asked | more))


def redeem(code, client, *, redirect_uri=CALLBACK, challenge=CHALLENGE):
    """Redeem ``code`` as the app would that sent what it ought to; keep what that wrote."""
    with kept(db):
        return codes.redeem(code, client, redirect_uri=redirect_uri, challenge=challenge)


def rotate(token, client_id):
    """Turn a refresh token over; keep what that wrote."""
    with kept(db):
        return refresh.rotate(token, client_id)


def granted(presence, client, scope="openid wallet:read"):
    """Let the person here grant ``scope`` to ``client``; return the grant and a refresh token."""
    code = codes.issue(presence, asking(scope, client.client_id))
    return redeem(code, client)


def all_at_once(app, deed, crowd):
    """Do ``deed(number)`` in ``crowd`` threads that start together; return what each got.

    Each has an application context of its own. What one raises is what it got.
    """
    start, got = Barrier(crowd), [None] * crowd

    def one(number):
        with app.app_context():
            start.wait()
            try:
                got[number] = deed(number)
            except Exception as error:  # noqa: BLE001 (a thread's failure is its result)
                got[number] = error

    threads = [Thread(target=one, args=(number,)) for number in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
