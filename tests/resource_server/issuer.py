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


class Issuer:
    """An issuer at ``url``, reached by :attr:`wire`; it counts what it is asked."""

    def __init__(self, url="https://issuer.example"):
        self.url = url
        self.named = url
        self.keys = {alg: _key(alg) for alg in ALGORITHMS}
        self.published = [key.as_dict(private=False) for key in self.keys.values()]
        self.ended = set()
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
            )

        @app.get(path + JWKS_PATH)
        def keys():
            self.asked["keys"] += 1
            return jsonify(keys=self.published)

        @app.post(path + INTROSPECTION_PATH)
        def introspect():
            self.asked["introspection"] += 1
            if request.headers.get("Authorization", "").partition(" ")[0] != "Basic":
                return jsonify(error="invalid_client"), 401
            pair = base64.b64decode(request.headers["Authorization"].partition(" ")[2]).decode()
            name, secret = (unquote_plus(part) for part in pair.split(":"))
            if (name, secret) != (CLIENT_ID, CLIENT_SECRET):
                return jsonify(error="invalid_client"), 401
            time.sleep(0.01)
            return jsonify(active=request.form["token"] not in self.ended)

        return app


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
