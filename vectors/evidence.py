"""Evidence as the server exports it, from the keys of the vectors; and as a forger might."""

import json

from vectors import signing

ISSUER, BANK = "https://id.bank.example", "https://bank.example/bank"
RP_ID, ORIGIN = "bank.example", "https://id.bank.example"
DEED = {
    "iss": BANK,
    "aud": ISSUER,
    "sub": "9b2f7a34-5c1e-4d0a-8f61-0f3c2d9e7a10",
    "client_id": "cli_4k2v9x0m3n7q1r8t5w6y2z4a0",
    "jti": "dee_0c9y3kq7w1m5x8r2t6v4b0n9z",
    "iat": 1_795_305_600,
    "exp": 1_795_306_200,
    "type": "wallet_transfer",
    "amount": 125_000,
    "currency": "BRL",
    "payee": {
        "id": "2f1c9f5e-9c5e-4b57-8c35-0a8a4b2d7b11",
        "name": "Marina Alves",
        "document": "***.456.789-**",
        "institution": "Banco Azul",
    },
    "source": {"id": "wal_7h3d9s2k5f8g1j4l6p0o", "name": "Carteira"},
    "description": "Aluguel de novembro, São João",
    "first_payment": True,
    "reasons": ["amount", "first_payee"],
}
BILL = {
    "type": "bill_payment",
    "amount": 8_990,
    "payee": {"id": "23793381286008301352856000063307789840000150000", "name": "Luz do Sul S.A."},
    "due_date": "2026-12-01",
    "description": None,
    "first_payment": None,
    "reasons": ["cumulative_amount"],
}
USUAL = {
    "deed": {},
    "decision": "approved",
    "method": "passkey",
    "decided_at": "2026-11-22T00:03:20Z",
    "passkey": "passkey_es256",
    "client": {},
    "flags": 0x05,
    "rp_id": RP_ID,
    "hashed_rp_id": None,
    "origin": ORIGIN,
    "bank": "bank",
    "issuer": "issuer",
    "deed_header": {},
    "stated": {},
    "statement_header": {},
}


def made(**changed):
    """Return the evidence (dict) of an answer: ``USUAL``, but for what is ``changed``."""
    how = USUAL | changed
    deed = {name: v for name, v in (DEED | how["deed"]).items() if v is not None}
    text = signing.text_of(deed)
    document = {
        "version": 1,
        "id": "apr_2x7c9v4b1n8m5k3j6h0g7f2d1",
        "decision": how["decision"],
        "method": how["method"],
        "decided_at": how["decided_at"],
        "client_id": deed["client_id"],
        "sub": deed["sub"],
        "canonical_deed": text,
        "digest": signing.sha256(text),
        "deed": signing.jws(how["bank"], deed, **{"typ": "deed+jwt"} | how["deed_header"]),
        "bank_keys": {"keys": [_public(how["bank"], how["deed_header"])]},
        "passkey": _passkey(how, text) if how["method"] == "passkey" else None,
        "code": _code(how["method"]) if how["method"] in ("sms", "push") else None,
        "record": {
            "event": f"approval:deed:{how['decision']}",
            "at": how["decided_at"],
            "request_id": "5f0c1d7e9a3b2468",
        },
    }
    return stated(document, how)


def stated(document, how=None):
    """Return ``document`` with the server's statement about it as it is now."""
    how = USUAL | (how or {})
    rest = {n: v for n, v in document.items() if n not in ("statement", "issuer_keys")}
    told = ("id", "decision", "method", "decided_at", "digest")
    claims = {"iss": ISSUER, "sub": rest["sub"]} | {name: rest[name] for name in told}
    claims["document"] = signing.sha256(signing.text_of(rest))
    header = {"typ": "evidence+jwt"} | how["statement_header"]
    word = signing.jws(how["issuer"], claims | how["stated"], **header)
    keys = {"keys": [_public(how["issuer"], how["statement_header"])]}
    return rest | {"statement": word, "issuer_keys": keys}


def written(document):
    """Return ``document`` as the text of a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _public(name, header):
    """The public key, under the name that the header gives it."""
    return signing.public(name) | ({"kid": header["kid"]} if "kid" in header else {})


def _passkey(how, text):
    client = {
        "type": "webauthn.get",
        "challenge": signing.sha256(text),
        "origin": how["origin"],
        "crossOrigin": False,
    }
    rp_id = how["hashed_rp_id"] or how["rp_id"]
    answer = signing.assertion(
        how["passkey"], client | how["client"], rp_id=rp_id, flags=how["flags"]
    )
    return {
        "credential_id": signing.b64(bytes(range(32))),
        "public_key": signing.public(how["passkey"]),
        **answer,
        "rp_id": how["rp_id"],
        "origin": how["origin"],
    }


def _code(channel):
    text = "123456 aprova R$ 1.250,00 para Marina Alves. Não diga este código a ninguém."
    return {
        "channel": channel,
        "destination": "***-4321" if channel == "sms" else "Pixel 9",
        "text_digest": signing.sha256(text),
    }
