"""A bank of the tests' own: it signs pending deeds, and publishes the key by HTTP."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from joserfc.jwk import ECKey

from app.auth.deeds import bank_keys
from app.auth.keys import jose
from app.foundation import clock, ids
from tests.support import houses

ISSUER = houses.ISSUER
BANK = f"{ISSUER}/bank"
ROOMS = {
    "wallet_transfer": "wallet",
    "bill_payment": "payments",
    "phone_topup": "payments",
    "atm_withdrawal": "atm",
}
SCOPES = {
    "wallet_transfer": "wallet:transfer",
    "bill_payment": "payments:write",
    "phone_topup": "payments:write",
    "atm_withdrawal": "atm:withdraw",
}
MARINA = {
    "id": "2f1c9f5e-9c5e-4b57-8c35-0a8a4b2d7b11",
    "name": "Marina Alves",
    "document": "***.456.789-**",
    "institution": "Banco Azul",
}


class Bank:
    """One bank. ``transport`` answers for its key set; ``asked`` counts how often."""

    def __init__(self, issuer=ISSUER):
        """Be the bank of the authorization server ``issuer``."""
        self.issuer = issuer
        self.key = ECKey.generate_key("P-256", {"kid": "bank-1"}, private=True)
        self.asked, self.away = 0, False
        self.transport = httpx.MockTransport(self._answer)

    def sign(self, claims, *, key=None, typ="deed+jwt", alg="ES256", kid="bank-1"):
        """Return ``claims`` (dict) as the bank signs them."""
        signer = jose.Signer(kid, alg, key or self.key)
        return signer.sign(claims, typ)

    def deed(self, sub, client_id, **changed):
        """Return the claims (dict) of a deed: R$ 1.250,00 to Marina; None takes a member out."""
        now = clock.seconds()
        claims = {
            "iss": f"{self.issuer}/bank",
            "aud": self.issuer,
            "sub": sub,
            "client_id": client_id,
            "jti": ids.new("dee"),
            "iat": now,
            "exp": now + 600,
            "type": "wallet_transfer",
            "amount": 125_000,
            "currency": "BRL",
            "payee": MARINA,
            "source": {"id": "wal_1", "name": "Carteira"},
            "description": "Aluguel de novembro",
        }
        return {name: v for name, v in (claims | changed).items() if v is not None}

    def entry(self, claims, jws=None, **changed):
        """Return what the bank's challenge tells the app to push for a deed of ``claims``."""
        until = datetime.fromtimestamp(claims["exp"], UTC)
        entry = {
            "type": claims["type"],
            "locations": [f"{self.issuer}/bank/{ROOMS.get(claims['type'])}"],
            "transaction_id": claims["jti"],
            "amount": claims["amount"],
            "currency": claims["currency"],
            "payee": claims["payee"],
            "source": claims["source"]["id"],
            "expires_at": f"{until:%Y-%m-%dT%H:%M:%SZ}",
            "deed": jws or self.sign(claims),
        }
        entry |= {name: claims[name] for name in ("description", "due_date") if name in claims}
        return {name: v for name, v in (entry | changed).items() if v is not None}

    def asking(self, sub, client_id, **changed):
        """Return the parameter by which an app asks for a deed of ``sub``."""
        return json.dumps([self.entry(self.deed(sub, client_id, **changed))])

    def _answer(self, request):
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away", request=request)
        assert str(request.url) == f"{BANK}/jwks"
        return httpx.Response(200, json=self.key_set())

    def key_set(self):
        """Return what it publishes."""
        return {"keys": [self.key.as_dict(private=False)]}


def serve(app):
    """Let ``app`` (a house) know a new :class:`Bank`; return it."""
    bank = Bank()
    bank_keys.init_app(app, bank.transport)
    return bank


@contextmanager
def over_http():
    """A :class:`Bank` whose keys are had over HTTP; ``settings`` tell a server where."""
    bank = Bank()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(bank.key_set()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        bank.settings = {"BANK_KEYS_URL": f"http://127.0.0.1:{server.server_port}/jwks"}
        yield bank
        server.shutdown()
