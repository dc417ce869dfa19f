"""What is measured: each operation yields requests, is sent the answers, and checks them.

The same generators serve the load over HTTP and the profile inside one process.
"""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

from bench import wire

SCOPE = "openid profile email"


def empty(mine):
    """The empty route of the assembled server, hooks and headers on: E of the budget."""
    answer = yield _same(mine, "empty", "/bench/empty")
    if answer.must_be(200).body != b"ok":
        raise wire.Wrong(answer.told())


def bare(mine):
    """An empty route of a bare Flask under the same server."""
    answer = yield _same(mine, "bare", "/bench/bare")
    if answer.must_be(200).body != b"ok":
        raise wire.Wrong(answer.told())


def discovery(mine):
    """The metadata document (OIDC Discovery §4)."""
    answer = yield _same(mine, "discovery", "/.well-known/openid-configuration")
    if answer.must_be(200).json()["issuer"] != mine.setting.issuer:
        raise wire.Wrong(answer.told())


def jwks(mine):
    """The public keys (RFC 7517 §5)."""
    answer = yield _same(mine, "jwks", mine.setting.paths["jwks_uri"])
    if len(answer.must_be(200).json()["keys"]) < 2:
        raise wire.Wrong(f"fewer keys than kinds of signature: {answer.told()}")


def client_credentials_es256(mine):
    """A token for a client's own sake (RFC 6749 §4.4), signed ES256."""
    return _client_credentials(mine, "machine_es256")


def client_credentials_rs256(mine):
    """The same, of a client registered for RS256."""
    return _client_credentials(mine, "machine_rs256")


def _client_credentials(mine, name):
    request = mine.ready.get(name)
    if request is None:
        form = {"grant_type": "client_credentials"}
        request = mine.ready[name] = _asked(mine, name, "token_endpoint", form)
    answer = yield request
    token = answer.must_be(200).json()
    if token["token_type"] != "Bearer" or "refresh_token" in token:
        raise wire.Wrong(answer.told())
    mine.keep(access_token=token["access_token"])


def code_flow(mine):
    """Authorize with a live session and remembered consent, then redeem the code with PKCE."""
    setting, verifier, state = mine.setting, secrets.token_urlsafe(32), secrets.token_urlsafe(12)
    path, query = setting.paths["authorization_endpoint"], authorization(setting, verifier, state)
    answer = yield wire.get(setting.host, f"{path}?{query}", Cookie=cookies(setting))
    code = code_of(setting, answer, state)
    yield from redeem(mine, code, verifier)


def authorization(setting, verifier, state):
    """Return the query of an authorization request with PKCE S256 (RFC 7636 §4.3)."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    return urlencode(
        {
            "response_type": "code",
            "client_id": setting.clients["app"][0],
            "redirect_uri": setting.redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": state[::-1],
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
    )


def cookies(setting):
    """Return the Cookie field of the person's browser."""
    return "; ".join(f"{name}={value}" for name, value in setting.cookies.items())


def code_of(setting, answer, state):
    """Return the code of the redirect to the client (RFC 6749 §4.1.2). Raises Wrong."""
    location = answer.one("location")
    fields = parse_qs(urlsplit(location).query)
    if answer.status not in {302, 303} or not location.startswith(setting.redirect_uri):
        raise wire.Wrong(f"not a redirect to the client: {answer.status} {location}")
    if fields.get("state") != [state] or fields.get("iss") != [setting.issuer]:
        raise wire.Wrong(f"state or iss (RFC 9207 §2) is wrong: {location}")
    if "code" not in fields:
        raise wire.Wrong(f"no code: {location}")
    return fields["code"][0]


def redeem(mine, code, verifier):
    """Redeem ``code`` (RFC 6749 §4.1.3); the refresh token stays with the connection."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": mine.setting.redirect_uri,
        "code_verifier": verifier,
    }
    yield from _tokens(mine, form)


def refresh(mine):
    """Refresh with rotation (RFC 6749 §6): each connection its own family, one step a time."""
    before = mine.refresh_token
    form = {"grant_type": "refresh_token", "refresh_token": before}
    yield from _tokens(mine, form)
    if mine.refresh_token == before:
        raise wire.Wrong("the refresh token did not rotate")


def _tokens(mine, form):
    answer = yield _asked(mine, "app", "token_endpoint", form)
    token = answer.must_be(200).json()
    if token["token_type"] != "Bearer" or not token["refresh_token"]:
        raise wire.Wrong(answer.told())
    mine.refresh_token = token["refresh_token"]
    mine.keep(access_token=token["access_token"], id_token=token["id_token"])


def introspection(mine):
    """Is the token live (RFC 7662 §2), asked by the client it was issued to."""
    request = mine.ready.get("introspection")
    if request is None:
        form = {"token": mine.setting.access_token}
        request = _asked(mine, "app", "introspection_endpoint", form)
        mine.ready["introspection"] = request
    answer = yield request
    told = answer.must_be(200).json()
    if told["active"] is not True or told["sub"] != mine.setting.subject:
        raise wire.Wrong(answer.told())


def userinfo(mine):
    """The person's claims (OIDC Core §5.3)."""
    request = mine.ready.get("userinfo")
    if request is None:
        setting = mine.setting
        request = mine.ready["userinfo"] = wire.get(
            setting.host,
            setting.paths["userinfo_endpoint"],
            Authorization=f"Bearer {setting.access_token}",
        )
    answer = yield request
    if answer.must_be(200).json()["sub"] != mine.setting.subject:
        raise wire.Wrong(answer.told())


def _same(mine, name, path):
    request = mine.ready.get(name)
    if request is None:
        request = mine.ready[name] = wire.get(mine.setting.host, path)
    return request


def _asked(mine, client, endpoint, form):
    """A form of a client that names itself by ``client_secret_basic`` (RFC 6749 §2.3.1)."""
    setting = mine.setting
    pair = ":".join(setting.clients[client]).encode()
    basic = f"Basic {base64.b64encode(pair).decode()}"
    return wire.post(setting.host, setting.paths[endpoint], form, Authorization=basic)
