"""The ring: what is published, what opens, what verifies, and what two purposes never share."""

import base64
import hashlib
import hmac
import json
import threading

import jwt
import pytest
from joserfc import jwk
from sqlalchemy import select, update

from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock, csrf
from app.foundation.database import kept
from app.foundation.problems import Unavailable
from app.foundation.sealing import CannotOpen
from tests.auth.keys.turns import lead, rotate
from tests.support.marks import abuse, asvs, behaviour, mission, rfc

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def published():
    ring.current().forget()
    return json.loads(ring.current().jwks())["keys"]


@asvs("11.2.3", "11.6.1")
@mission("C5")
@abuse("J-13")
@behaviour(23, 24)
@rfc("7517", "5")
@rfc("8037", "2")
def test_the_key_set_holds_public_parts_of_strong_keys_alone(keys):
    rotate()

    found = published()

    assert len({key["kid"] for key in found}) == len(found) == 12
    assert not any(PRIVATE & set(key) for key in found)
    assert {key["use"] for key in found} == {"sig"}
    assert {(key["kty"], key["alg"], key.get("crv")) for key in found} == {
        ("EC", "ES256", "P-256"),
        ("RSA", "RS256", None),
        ("RSA", "PS256", None),
        ("OKP", "EdDSA", "Ed25519"),
    }
    moduli = [key["n"] for key in found if key["kty"] == "RSA"]
    assert len(set(moduli)) == 6
    assert all(len(base64.urlsafe_b64decode(n + "==")) >= 256 for n in moduli)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@rfc("7638", "3")
def test_a_key_is_named_by_its_thumbprint(keys):
    for key in published():
        assert key["kid"] == jwk.import_key(key).thumbprint()


def test_the_private_part_is_sealed_and_bound_to_its_row(keys):
    first, second = db.session.scalars(select(SigningKey).where(SigningKey.alg == "ES256")).all()
    for row in (first, second):
        assert b'"d"' not in row.private_sealed
        assert "d" not in json.loads(row.public_jwk)
    swapped = {first.kid: second.private_sealed, second.kid: first.private_sealed}
    with kept(db):
        for kid, sealed in swapped.items():
            mine = update(SigningKey).where(SigningKey.kid == kid)
            db.session.execute(mine.values(private_sealed=sealed))

    with pytest.raises(CannotOpen):
        ring.Ring().signer("ES256")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_keys_sealed_under_another_ring_do_not_open(keys, create_house):
    stranger = create_house(
        "auth",
        url=keys.config["AUTH_DATABASE_URL"],
        SEALING_KEYS="test:HxgdHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=",
    )

    with stranger.app_context(), pytest.raises(CannotOpen):
        ring.current().signer("ES256")


def test_without_keys_signing_is_unavailable_and_verifying_says_no(bare_context):
    with pytest.raises(Unavailable):
        ring.sign({}, alg="ES256", typ="JWT")

    assert ring.verify("e30.e30.AA", typ="JWT") is None
    assert published() == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@rfc("7515", "5.2")
@rfc("8037", "3.1")
@pytest.mark.parametrize("alg", jose.ALGORITHMS)
def test_what_we_sign_another_library_verifies(keys, alg):
    token = ring.sign({"name": "João"}, alg=alg, typ="at+jwt")

    key_set = jwt.PyJWKSet(published())
    kid = jwt.get_unverified_header(token)["kid"]
    opened = jwt.decode_complete(token, key_set[kid], algorithms=[alg])
    assert opened["payload"] == {"name": "João"}
    assert opened["header"] == {"alg": alg, "typ": "at+jwt", "kid": kid}


def forged(token, alg=None, typ=None, kid=None, secret=None, **header):
    """Return ``token`` with another header, signed by HMAC under ``secret`` if given."""
    kept_header, message, signature = jose.split(token)
    new = kept_header | header
    new |= {k: v for k, v in {"alg": alg, "typ": typ, "kid": kid}.items() if v is not None}
    start = jose.b64(json.dumps(new).encode()) + b"." + message.partition(b".")[2]
    if secret is not None:
        signature = hmac.digest(secret, start, "sha256")
    return (start + b"." + jose.b64(signature)).decode()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@rfc("8725", "3.1")
@rfc("8725", "3.11")
def test_a_token_with_another_header_is_not_ours(keys):
    token = ring.sign({"sub": "ana"}, alg="ES256", typ="at+jwt")
    public = json.dumps(published()[0]).encode()
    other = next(key["kid"] for key in published() if key["alg"] == "RS256")

    assert ring.verify(token, typ="at+jwt") == {"sub": "ana"}
    for bad in (
        forged(token, alg="none"),
        forged(token, alg="none").rpartition(".")[0] + ".",
        forged(token, alg="HS256", secret=public),
        *(forged(token, alg=alg) for alg in ("RS256", "PS256", "EdDSA", "Ed25519")),
        forged(token, kid=other),
        forged(token, kid="unknown"),
        forged(token, kid=["list"]),
        forged(token, kid={"a": 1}),
        forged(token, typ="JWT"),
        forged(token, crit=["exp"]),
        forged(token, jwk=published()[0]),
        token + "A",
        token + ".",
        token[:-3],
        token.replace(".", "..", 1),
        f" {token}",
        f"{token}\n",
        "",
        "..",
        "é" * 40,
        "a" * (jose.LONGEST + 1),
        f"{'[' * 9000}.e30.AA",
    ):
        assert ring.verify(bad, typ="at+jwt") is None, bad[:80]


@asvs("9.2.4")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@abuse("J-15")
@rfc("8725", "3.12")
def test_no_key_serves_two_purposes(keys):
    kids = set()
    for alg in jose.ALGORITHMS:
        access = ring.sign({"sub": "ana"}, alg=alg, typ="at+jwt")
        identity = ring.sign({"sub": "ana"}, alg=alg, typ="JWT")

        assert ring.verify(access, typ="JWT") is None
        assert ring.verify(identity, typ="at+jwt") is None
        kids.add(jose.split(access)[0]["kid"])
    assert len(kids) == len(jose.ALGORITHMS)  # one algorithm a key (RFC 8725 §3.1)
    sealing = keys.extensions["sealing"]
    purposes = ("csrf", "login_tries", "cpf_index", "phone_index", "sealing", "user_codes")
    derived = {sealing.derive(purpose) for purpose in purposes}
    assert len(derived) == len(purposes)
    root = base64.b64decode(keys.config["SEALING_KEYS"].partition(":")[2])
    assert root not in derived
    form = csrf.token("browser", "login")
    assert hashlib.sha256(root).hexdigest() not in form


@behaviour(25)
def test_a_rotation_is_seen_by_another_process_within_the_seconds_of_its_cache(
    keys, create_house, monkeypatch
):
    other = create_house("auth", url=keys.config["AUTH_DATABASE_URL"])
    with other.app_context():
        before = ring.current().signer("ES256").kid
    [activated] = rotate("ES256")
    ticks = clock.ticks()

    with other.app_context():
        monkeypatch.setattr(clock, "ticks", lambda: ticks + other.config["CACHE_SECONDS"] + 0.1)
        assert ring.current().signer("ES256").kid == activated != before


class Verifying:
    """A client that caches the key set as long as it may, and never looks for a key in it twice."""

    def __init__(self, read, seconds):
        self._read = read
        self._seconds = seconds
        self._until = 0
        self.reads = 0

    def verify(self, token):
        header, message, signature = jose.split(token)
        if clock.seconds() >= self._until:
            self.reads += 1
            self._until = clock.seconds() + self._seconds
            self._keys = {
                key["kid"]: jose.Verifier(key["alg"], jose.import_key(key["alg"], key))
                for key in self._read()
            }
        key = self._keys.get(header["kid"])
        return key is not None and key.holds(message, signature)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@behaviour(25)
def test_twenty_rotations_under_load_fail_no_verification(held_clock, keyed_app, create_house):
    """The small size of F20: two processes mint and publish, a third turns the keys over."""
    url = keyed_app.config["AUTH_DATABASE_URL"]
    minting = create_house("auth", url=url, CACHE_SECONDS=0)
    publishing = create_house("auth", url=url, CACHE_SECONDS=0)
    over, counts = threading.Event(), []

    def read():
        with publishing.app_context():
            return json.loads(ring.current().jwks())["keys"]

    def load():
        seconds = publishing.config["JWKS_MAX_AGE_SECONDS"]
        verifying, good, bad, kids = Verifying(read, seconds), 0, 0, set()
        with minting.app_context():
            while not over.is_set():
                token = ring.sign({"n": good}, alg="ES256", typ="at+jwt")
                kids.add(jose.split(token)[0]["kid"])
                held = verifying.verify(token)
                good, bad = good + held, bad + (not held)
        counts.append((good, bad, verifying.reads, len(kids)))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    with keyed_app.app_context():
        for number in range(20):
            assert len(rotate("ES256")) == 1
            if number % 4 == 3:
                held_clock.shift(lead())
    over.set()
    for thread in threads:
        thread.join()

    assert len(counts) == 2
    assert all(bad == 0 and good > 100 for good, bad, _reads, _kids in counts), counts
    assert all(reads <= 6 and kids > 1 for _good, _bad, reads, kids in counts), counts
