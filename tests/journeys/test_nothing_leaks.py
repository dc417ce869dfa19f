"""After whole journeys, right and wrong, no secret of theirs is in the server's log."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from tests.journeys.visitor import Visitor
from tests.support.marks import abuse, asvs

VERIFIER = secrets.token_urlsafe(48)


@pytest.fixture
def used(live_server, new_person, new_app):
    """Go through a journey and every mistake; return the secrets that were used on the way."""
    person = new_person()
    app = new_app(redirect_uris=["http://localhost:9/callback"])
    server = Server(live_server.url, app)
    wrong_password = "never " + secrets.token_urlsafe(16)
    visitor = Visitor(app.redirect_uri)
    page = visitor.go(server.authorize_url())
    uid = page.url.rpartition("/")[2]
    visitor.send(page, "login-form", username=person.email, password=wrong_password)
    visitor.sign_in(f"{live_server.url}/login/{uid}", person)
    code = parse_qs(urlsplit(visitor.arrived).query)["code"][0]
    tokens = server.redeem(code)
    server.redeem(code)
    refreshed = server.refresh(tokens["refresh_token"])
    server.mistakes(code, refreshed)
    requests.get(f"{live_server.url}/reset/{quote(code)}?token={code}", timeout=10)
    cookies = {cookie.value for cookie in visitor.session.cookies}
    return {
        person.password, wrong_password, person.email, app.client_secret, code, VERIFIER,
        *cookies, *_of(tokens), *_of(refreshed),
    }  # fmt: skip


class Server:
    """The protocol's endpoints, for one app."""

    def __init__(self, url, app):
        self.url, self.app = url, app

    def authorize_url(self):
        """Where the journey begins."""
        query = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri,
            "scope": "openid email offline_access wallet:read",
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": _challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        return requests.Request("GET", self.url + "/oauth/authorize", params=query).prepare().url

    def redeem(self, code):
        """Trade a code."""
        return self._token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.app.redirect_uri,
            code_verifier=VERIFIER,
        )

    def refresh(self, refresh_token):
        """Trade a refresh token."""
        return self._token(grant_type="refresh_token", refresh_token=refresh_token)

    def mistakes(self, code, tokens):
        """Put every secret where it does not belong."""
        access = tokens.get("access_token", code)
        for path in ("/oauth/userinfo", "/wallet/me/balance"):
            requests.get(self.url + path, headers={"Authorization": f"Bearer {access}x"}, timeout=9)
        self._token(grant_type="authorization_code", code=code + "x", redirect_uri="http://odd")
        self._token(grant_type="refresh_token", refresh_token=access)
        self._token(grant_type=code, scope=access)
        requests.get(f"{self.url}/{access}", timeout=10)
        requests.get(f"{self.url}/oauth/authorize", params={"client_id": code}, timeout=10)
        requests.post(f"{self.url}/oauth/token", data=b"code=" + code.encode() + b"%ff", timeout=10)

    def _token(self, **form):
        auth = (self.app.client_id, self.app.client_secret)
        return requests.post(self.url + "/oauth/token", data=form, auth=auth, timeout=10).json()


def _challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _of(tokens):
    return {value for name, value in tokens.items() if name.endswith("_token")}


@asvs("16.2.5")
@abuse("G-05")
def test_no_secret_of_a_journey_is_in_the_log(used, live_server):
    log = live_server.log.read_text()

    assert '"event": "request"' in log
    assert [secret for secret in used if secret in log] == []
    assert len(used) >= 10
