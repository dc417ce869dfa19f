#!/usr/bin/env python3
"""Verify what proves a person's answer to a deed of money: offline, without who wrote the proof.

It needs this file, Python 3.11 and the package ``cryptography``. It tells each check, up to the
first that fails. Exit 0: all hold; 1: one does not, so nothing is proved; 2: this is no evidence.

The deed is the bank's word (a JWS), in one canonical form (RFC 8785). Its SHA-256 is what a passkey
signs as its challenge (WebAuthn Level 3 §7.2), so the signature covers amount and payee.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

AHEAD = 60  # seconds that the bank's clock may be before the server's
HOW = {  # what may sign: the kind of key, and how
    "ES256": (ec.EllipticCurvePublicKey, (ec.ECDSA(SHA256()),)),
    "EdDSA": (ed25519.Ed25519PublicKey, ()),
    "RS256": (rsa.RSAPublicKey, (padding.PKCS1v15(), SHA256())),
}
STATED = ("id", "digest", "decision", "method", "decided_at")
APPROVED = {"approved passkey": ["passkey"], "approved sms": ["code"], "approved push": ["code"]}
PROOFS = APPROVED | {"refused None": []}


class Failed(Exception):
    """A check does not hold; the text says why."""


def ensure(holds, why):
    """Raise Failed unless it ``holds``."""
    if not holds:
        raise Failed(why)


def part(whole, name, kind=str):
    """Return member ``name`` of ``whole``. Raises ValueError: it is no ``kind``."""
    if type(whole.get(name)) is not kind:
        raise ValueError(f"{name} is missing or of another kind")
    return whole[name]


def canonical(value):
    """Return ``value`` in its one form as JSON (RFC 8785), for whole numbers alone."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(n)}:{canonical(value[n])}" for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        raise ValueError("a number that not every reader of JSON reads alike")
    return json.dumps(value, ensure_ascii=False)


def read(raw):
    """Return the JSON object that ``raw`` (bytes) is: UTF-8, no name twice, whole numbers alone."""

    def members(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name stands twice in one object")
        return dict(pairs)

    value = json.loads(raw.decode(), object_pairs_hook=members)
    canonical(value).encode()
    return part({"the JSON": value}, "the JSON", dict)


def b64(raw):
    """Return ``raw`` as base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(whole, name):
    """Return what member ``name`` says in base64url, if that is the one way to say it."""
    raw = base64.urlsafe_b64decode(part(whole, name) + "=" * (-len(whole[name]) % 4))
    if b64(raw) != whole[name]:
        raise ValueError(f"{name} is not base64url")
    return raw


def digest_of(text):
    """Return the SHA-256 of a text, in base64url."""
    return b64(hashlib.sha256(text.encode()).digest())


def thumbprint(jwk):
    """Return the name that a key has everywhere (RFC 7638)."""
    needed = jwk.keys() & {"crv", "e", "kty", "n", "x", "y"}
    return digest_of(canonical({name: jwk[name] for name in needed}))


def key_set(file, name):
    """Return the keys (JWKs) of the key set that is member ``name``."""
    return [key for key in part(part(file, name, dict), "keys", list) if isinstance(key, dict)]


def public_key(jwk):
    """Return a JWK's public key: P-256, Ed25519, or RSA of 2048 to 8192 bits."""
    match jwk.get("kty"), jwk.get("crv"):
        case "EC", "P-256":
            x, y = (int.from_bytes(unb64(jwk, name)) for name in "xy")
            return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        case "OKP", "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(unb64(jwk, "x"))
        case "RSA", None:
            e, n = (int.from_bytes(unb64(jwk, name)) for name in "en")
            if 2048 <= n.bit_length() <= 8192:
                return rsa.RSAPublicNumbers(e, n).public_key()
    raise ValueError("a public key is of no kind that signs here")


def check_signature(alg, jwk, message, signature):
    """Raise Failed unless ``signature`` is by ``jwk`` over ``message``. ES256: in DER."""
    kind, how = HOW.get(alg, (None, ()))
    key = public_key(jwk)
    fits = kind and isinstance(key, kind) and jwk.get("alg", alg) == alg
    ensure(fits and jwk.get("use", "sig") == "sig", "the key is not for such signatures")
    try:
        key.verify(signature, message, *how)
    except InvalidSignature:
        raise Failed("the signature does not hold") from None


def opened(file, name, keys, typ):
    """Return the claims of ``file[name]``, a JWS by ES256, and the key of ``keys`` that signed."""
    names = ("header", "payload", "signature")
    parts = dict(zip(names, part(file, name).split(".", 2), strict=False))
    header, raw = read(unb64(parts, "header")), unb64(parts, "signature")
    right = (header.get("typ"), header.get("alg"), "crit" in header) == (typ, "ES256", False)
    ensure(right and len(raw) == 64, f"it is no {typ} by ES256")
    named = [key for key in key_set(file, keys) if key.get("kid") == part(header, "kid")]
    ensure(len(named) == 1, "the key that it names is not in the file")
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    check_signature("ES256", named[0], file[name].rpartition(".")[0].encode(), der)
    return read(unb64(parts, "payload")), named[0]


def known(whose, key, path):
    """Yield the check that a key is one of those in the key set of the file ``path``."""
    found = "in the key set given" if path else "NOT compared, no key set given"
    yield f"{whose} key", f"{thumbprint(key)}, {found}"
    theirs = key_set({"given": read(Path(path).read_bytes())}, "given") if path else [key]
    ensure(thumbprint(key) in map(thumbprint, theirs), "it is not there")


def checks_of_passkey(digest, proof):
    """Yield each check of what the person's passkey signed, before it is made."""
    raw, data = unb64(proof, "client_data"), unb64(proof, "authenticator_data")
    client, rp_id, origin = read(raw), part(proof, "rp_id"), urlsplit(part(proof, "origin"))
    yield "client data", "a browser at the origin asked a passkey for this digest"
    ensure(client.get("type") == "webauthn.get", "it asked for something else")
    ensure(client.get("challenge") == digest, "it asked for another digest")
    ensure(client.get("origin") == proof["origin"], "it was at another origin")
    ensure(client.get("crossOrigin") in (None, False), "it was inside a page of others")
    ensure(origin.scheme == "https" or origin.hostname == "localhost", "the origin is not secure")
    yield "authenticator", "the passkey belongs there; the person was present and verified"
    ensure(f".{origin.hostname}".endswith(f".{rp_id}"), "it belongs to another place")
    ensure(data[:32] == hashlib.sha256(rp_id.encode()).digest(), "it was used at another place")
    ensure(len(data) >= 37 and data[32] & 1, "nobody was present")
    ensure(data[32] & 4, "the person was not verified")
    yield "signature", "the passkey signed all of that"
    key = part(proof, "public_key", dict)
    message = data + hashlib.sha256(raw).digest()
    check_signature(part(key, "alg"), key, message, unb64(proof, "signature"))


def checks_of_answer(file, deed, asked):
    """Yield each check of the answer and of the server's word on it, before it is made."""
    method = file.get("method") and part(file, "method")
    proofs = [name for name in ("passkey", "code") if file.get(name) is not None]
    yield "answer", f"{part(file, 'decision')}, with the proof that belongs to it"
    ensure(PROOFS.get(f"{file['decision']} {method}") == proofs, "it has another, or is no answer")
    if "passkey" in proofs:
        yield from checks_of_passkey(file["digest"], part(file, "passkey", dict))
    if "code" in proofs:
        yield "code", "NO KEY of the person's is in this: that they typed it, the server states"
        ensure(part(file, "code", dict).get("channel") == method, "it was sent another way")
    yield "statement", "the server that asked the person signed this answer to this digest"
    said, key = opened(file, "statement", "issuer_keys", "evidence+jwt")
    ensure(all(said.get(name, "") == file.get(name) for name in STATED), "it signed another")
    ensure(said.get("iss") == deed.get("aud"), "the deed was meant for another server")
    yield "file", "and it signed the file as a whole, but for its own keys"
    rest = {name: file[name] for name in file if name not in ("statement", "issuer_keys")}
    ensure(said.get("document") == digest_of(canonical(rest)), "it signed another")
    yield from known("server", key, asked.issuer_keys)


def checks(file, asked):
    """Yield the name of each check and what it says, before it is made. Raises Failed."""
    text = part(file, "canonical_deed")
    deed = read(text.encode())
    yield "form", "the deed is written in its canonical form (RFC 8785)"
    ensure(canonical(deed) == text and file.get("version") == 1, "it is in another")
    yield "digest", "the digest is the SHA-256 of that text"
    ensure(digest_of(text) == part(file, "digest"), "it is of another text")
    yield "bank", "the bank signed this deed, to the letter"
    signed, key = opened(file, "deed", "bank_keys", "deed+jwt")
    ensure(canonical(signed) == text, "it signed another")
    yield from known("bank", key, asked.bank_keys)
    yield "parties", "the deed names this person and this app"
    ensure(all(part(file, name) == deed.get(name) for name in ("sub", "client_id")), "it does not")
    yield "time", "it was answered while it waited"
    at = datetime.strptime(part(file, "decided_at"), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    ensure(part(deed, "iat", int) - AHEAD <= at <= part(deed, "exp", int), "it was not")
    yield from checks_of_answer(file, deed, asked)
    order = deed | {"payee": part(deed, "payee", dict).get("id")}
    for name in ("amount", "currency", "payee"):
        yield name, str(order.get(name))
        ensure(getattr(asked, name) in (None, order.get(name)), "it is not what was asked about")


def main(arguments=None):
    """Tell how each check of a file went; return 0, 1 or 2."""
    parser = argparse.ArgumentParser("verify-evidence", description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--amount", type=int, help="what the deed must be of, in minor units")
    parser.add_argument("--currency", help="what it must be in")
    parser.add_argument("--payee", help="id of who it must pay")
    parser.add_argument("--bank-keys", help="the bank's key set, a file that you trust")
    parser.add_argument("--issuer-keys", help="the authorization server's")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked, told, status = parser.parse_args(arguments), [], 0
    try:
        for name, says in checks(read(Path(asked.file).read_bytes()), asked):
            told.append({"check": name, "says": says, "ok": True})
    except Failed as failed:
        told[-1], status = told[-1] | {"ok": False, "why": str(failed)}, 1
    except (ValueError, OSError, RecursionError, UnsupportedAlgorithm) as odd:
        told = [{"check": "reading", "says": "it is evidence", "ok": False, "why": str(odd)}]
        status = 2
    if asked.json:
        print(json.dumps({"valid": status == 0, "checks": told}))
    for line in [] if asked.json else told:
        start, end = ("ok    ", "") if line["ok"] else ("FAILED", f". No: {line['why']}")
        print(ascii(f"{start}  {line['check']}: {line['says']}{end}")[1:-1])
    return status


if __name__ == "__main__":
    sys.exit(main())
