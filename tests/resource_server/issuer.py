"""A small but real issuer: keys of every kind, metadata, a key set, introspection, tokens."""

import base64
import time
import uuid
from collections import Counter
from functools import cache
from urllib.parse import unquote_plus, urlsplit

import httpx
from flask import Flask, jsonify, request
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

CLIENT_ID = "the bank: a client"
CLIENT_SECRET = "p%ss +w:rd/é"
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
JWKS_PATH = "/keys"
INTROSPECTION_PATH = "/ask"
TOKEN_PATH = "/token"


class Issuer:
    """An issuer at ``url``, reached by :attr:`wire`; it counts what it is asked."""

    def __init__(self, url="https://issuer.example"):
        self.url = url
        self.named = url
        self.keys = {alg: _key(alg) for alg in ALGORITHMS}
        self.published = [key.as_dict(private=False) for key in self.keys.values()]
        self.ended = set()
        self.missing = {}  # sub → what a person still has to do before they may have a wallet
        self.unknown = set()  # subs of nobody
        self.proved = {}  # contact → the sub of who has proved it
        self.told = {}  # id → (sub, notice, data)
        self.asked = Counter()
        self.wire = Wire(self._app())

    def token(self, alg="ES256", header=None, **claims):
        """Return an access token; ``claims`` replace the usual ones, and None removes one."""
        header = {"alg": alg, "typ": "at+jwt", "kid": self.keys[alg].kid} | (header or {})
        return jwt.encode(header, self.claims(**claims), self.keys[alg], algorithms=ALGORITHMS)

    def claims(self, **others):
        """Return the claims of an access token as the real issuer writes them (RFC 9068 §2.2)."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": "https://api.example", "sub": "maria", "exp": now + 900}
        usual |= {"iat": now, "jti": uuid.uuid4().hex, "client_id": "shop", "scope": "read"}
        return {name: value for name, value in (usual | others).items() if value is not None}

    def sign(self, header, payload, alg="ES256"):
        """Return ``payload`` (bytes) signed with whatever ``header`` says, sensible or not."""
        return jws.serialize_compact(header, payload, self.keys[alg], algorithms=ALGORITHMS)

    def end(self, token):
        """From now on ``token`` is not active."""
        self.ended.add(token)

    def _app(self):
        app = Flask("issuer")
        path = urlsplit(self.url).path

        @app.get(f"/.well-known/oauth-authorization-server{path}")
        def metadata():
            self.asked["metadata"] += 1
            return jsonify(
                issuer=self.named,
                jwks_uri=self.url + JWKS_PATH,
                introspection_endpoint=self.url + INTROSPECTION_PATH,
                token_endpoint=self.url + TOKEN_PATH,
            )

        @app.get(path + JWKS_PATH)
        def keys():
            self.asked["keys"] += 1
            return jsonify(keys=self.published)

        @app.post(path + INTROSPECTION_PATH)
        def introspect():
            self.asked["introspection"] += 1
            if not _is_the_client():
                return jsonify(error="invalid_client"), 401
            time.sleep(0.01)
            return jsonify(active=request.form["token"] not in self.ended)

        @app.post(path + TOKEN_PATH)
        def token():
            self.asked["token"] += 1
            if not _is_the_client():
                return jsonify(error="invalid_client"), 401
            time.sleep(0.01)
            mine = {"sub": CLIENT_ID, "client_id": CLIENT_ID, "aud": self.url}
            made = self.token(**mine, scope=request.form["scope"])
            return jsonify(access_token=made, token_type="Bearer", expires_in=900)

        app.add_url_rule(f"{path}/internal/people/resolve", view_func=self._who, methods=["POST"])
        app.add_url_rule(f"{path}/internal/notices", view_func=self._tell, methods=["POST"])
        return app

    def _who(self):
        """Who somebody is; anybody may have a wallet who is not said to miss something."""
        self.asked["people"] += 1
        if self._shown() in self.ended:
            return jsonify(code="invalid_token"), 401
        [(kind, name)] = request.get_json().items()
        if name in self.unknown:
            return jsonify(code="not_found"), 404
        missing = self.missing.get(name, [])
        told = {
            "sub": self.proved.get(name, name),
            "user_id": 7,
            "name": "Maria Alves",
            "institution": "Banco Azul",
        }
        told |= {"document": "***.456.789-**", "asked_by": kind}
        return jsonify(told | {"wallet": {"may_open": not missing, "missing": missing}})

    def _tell(self):
        """Take a notice; the same id once."""
        self.asked["notices"] += 1
        if self._shown() in self.ended:
            return jsonify(code="invalid_token"), 401
        body = request.get_json()
        if body["sub"] in self.unknown:
            return jsonify(code="not_found"), 404
        self.told.setdefault(body["id"], (body["sub"], body["notice"], body["data"]))
        return jsonify(accepted=True), 202

    def _shown(self):
        return request.headers["Authorization"].removeprefix("Bearer ")


def _is_the_client():
    """Does the request prove to be of the one client?"""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return False
    name, secret = (unquote_plus(part) for part in base64.b64decode(value).decode().split(":"))
    return (name, secret) == (CLIENT_ID, CLIENT_SECRET)


@cache
def _key(alg):
    named = {"kid": f"key-{alg}", "alg": alg, "use": "sig"}
    if alg == "ES256":
        return ECKey.generate_key("P-256", named)
    if alg == "EdDSA":
        return OKPKey.generate_key("Ed25519", named)
    return RSAKey.generate_key(2048, named)


class Wire(httpx.BaseTransport):
    """The way to the issuer; it may be cut."""

    def __init__(self, app):
        self.cut = False
        self.slow = 0  # seconds
        self._inside = httpx.WSGITransport(app=app)

    def handle_request(self, asked):
        """Carry one request, or fail as a network does."""
        if self.cut:
            raise httpx.ConnectError("cut")
        time.sleep(self.slow)
        return self._inside.handle_request(asked)
