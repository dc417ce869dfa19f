"""Hear from Portaria that people left: verify each logout token, and print what it ends.

    python hear_logout.py ISSUER CLIENT_ID CERTIFICATE KEY [PORT]

:func:`ended_by` is the part to copy (OIDC Back-Channel Logout §2.6); it needs PyJWT with
cryptography, and httpx to read the metadata. In your app, keep the ids you have heard where all
its processes see them.
"""

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import jwt

EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHM = "RS256"  # what your app registered as id_token_signed_response_alg
LONGEST = 16_000  # bytes of a form
KNOWN = set()  # ids of tokens that came before


def ended_by(token, issuer, client_id, keys):
    """Return the claims of a logout token: what ended is the session ``sid`` of the person ``sub``.

    Without ``sid`` it is every session of that person. keys: a jwt.PyJWKClient of the issuer's.
    Raises jwt.InvalidTokenError: it is none of the issuer's for this app. Raises
    jwt.PyJWKClientConnectionError: the issuer's keys could not be had, so who knows.
    """
    if jwt.get_unverified_header(token).get("typ") != "logout+jwt":
        raise jwt.InvalidTokenError("not a logout token")
    try:
        key = keys.get_signing_key_from_jwt(token)
    except jwt.PyJWKClientConnectionError:
        raise
    except jwt.PyJWKClientError as error:
        raise jwt.InvalidTokenError("not a key of the issuer's") from error
    claims = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        issuer=issuer,
        audience=client_id,
        leeway=10,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
    )
    if EVENT not in claims["events"] or "nonce" in claims:
        raise jwt.InvalidTokenError("not about a logout")
    if not (claims.get("sub") or claims.get("sid")):
        raise jwt.InvalidTokenError("about nobody")
    return claims


class Heard(BaseHTTPRequestHandler):
    """What your ``backchannel_logout_uri`` does."""

    issuer = client_id = keys = None

    def do_POST(self):
        """204: done. 400: not for us, do not send it again. 503: come again."""
        try:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(min(length, LONGEST)).decode())
            [token] = form["logout_token"]
            self.end(ended_by(token, self.issuer, self.client_id, self.keys))
            status = 204
        except jwt.PyJWKClientConnectionError:
            status = 503
        except (jwt.InvalidTokenError, KeyError, ValueError):
            status = 400
        self.send_response(status)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def end(self, claims):
        """End the session in your app; the same token twice is one logout, and no mistake."""
        if claims["jti"] not in KNOWN:
            KNOWN.add(claims["jti"])
            print(json.dumps({"ended": claims.get("sid"), "of": claims.get("sub")}), flush=True)

    def log_message(self, *_words):
        """Only what ends is printed."""


def main():
    """Listen until stopped."""
    Heard.issuer, Heard.client_id, certificate, key, *port = sys.argv[1:]
    metadata = httpx.get(f"{Heard.issuer}/.well-known/openid-configuration").json()
    Heard.keys = jwt.PyJWKClient(metadata["jwks_uri"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("localhost", int(port[0]) if port else 4443), Heard)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
