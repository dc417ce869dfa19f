"""A client's registered keys: which may be, and whose signature they believe."""

import base64
import contextlib
import json
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey

from app.auth.clients import keys, metadata
from tests.auth.clients.conftest import ALGORITHMS, client, key, public, signed
from tests.support import forging, spans
from tests.support.marks import abuse, asvs, behaviour, rfc


def shop(*jwks):
    return client(jwks={"keys": list(jwks)})


def verified(who, token, algorithms=ALGORITHMS):
    """Return the claims in ``token`` when ``who`` signed it, else None."""
    found = keys.verify(who, token, algorithms)
    return found and found[1]


@rfc("7518", "3")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_signature_by_a_registered_key_is_believed(alg):
    header, claims = keys.verify(shop(public(alg)), signed(alg), ALGORITHMS)

    assert header == {"alg": alg, "typ": "JWT", "kid": "k1"}
    assert claims == {"iss": "shop"}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_only_the_algorithms_asked_for_are_believed(alg):
    others = [other for other in ALGORITHMS if other != alg]

    assert verified(shop(public(alg)), signed(alg), [alg])
    assert verified(shop(public(alg)), signed(alg), others) is None
    assert verified(shop(public(alg)), signed(alg), []) is None


@behaviour(95)
def test_the_kid_chooses_among_several_keys():
    who = shop(public(kid="a"), public(kid="b"), public("RS256", kid="c"))

    assert all(verified(who, signed(kid=kid)) for kid in "ab")
    assert verified(who, signed("RS256", kid="c"))
    assert verified(who, signed(kid="a", header={"kid": "b"})) is None
    assert verified(who, signed(kid="a", header={"kid": "nobody"})) is None
    assert verified(who, signed(kid="a", header={"kid": ""})) is None


def test_without_a_kid_every_key_that_fits_is_tried():
    who = shop(public("RS256", kid="a"), public(kid="b"), public(kid="c"))

    assert verified(who, signed(kid="c", header={"kid": None}))
    assert verified(who, signed("RS256", kid="a", header={"kid": None}))
    assert verified(who, signed(kid="d", header={"kid": None})) is None


def test_keys_without_names_serve_tokens_without_names():
    who = shop(public(kid=None))

    assert verified(who, signed(kid=None))
    assert verified(who, signed(kid=None, header={"kid": "k1"})) is None


UNFIT = {
    "for another algorithm": {"alg": "ES512"},
    "for encryption": {"use": "enc"},
    "for deriving": {"key_ops": ["deriveKey"]},
    "for nothing": {"key_ops": []},
    "with operations of another kind": {"key_ops": "verify"},
    "of another kind": {"kty": "OKP"},
    "on another curve": {"crv": "P-384"},
    "whose use is a list": {"use": ["sig"]},
}


@rfc("7517", "4")
@pytest.mark.parametrize("case", UNFIT)
def test_a_key_that_is_not_for_this_is_not_used(case):
    assert verified(shop(public() | UNFIT[case]), signed()) is None
    assert verified(shop(public() | UNFIT[case]), signed(header={"kid": None})) is None
    assert verified(shop(public() | UNFIT[case], public()), signed())


@rfc("7517", "4")
def test_a_key_that_says_it_is_for_this_is_used():
    assert verified(
        shop(public() | {"alg": "ES256", "use": "sig", "key_ops": ["verify"]}), signed()
    )


def test_an_rsa_key_serves_only_the_padding_it_names():
    who = shop(public("RS256") | {"alg": "PS256"})

    assert verified(who, signed("PS256", header={"alg": "RS256"})) is None
    assert verified(who, signed("RS256")) is None


@abuse("J-01", "J-02", "J-03")
@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_no_forgery_by_one_who_knows_the_public_key_is_believed(alg):
    who = shop(public(alg))
    token = signed(alg, claims={"iss": "shop", "sub": "shop", "scope": "openid"})
    forged = forging.every_way(token, public(alg))

    believed = [way for way, made in forged.items() if keys.verify(who, made, ALGORITHMS)]

    assert verified(who, token)
    assert believed == []


@abuse("J-01", "J-02")
@pytest.mark.parametrize("alg", ["none", "None", "HS256", "HS384", "ES384", "RS512", "Ed25519", "",
                                 None, 5, ["ES256"], {"a": "ES256"}, True])  # fmt: skip
def test_an_algorithm_beside_the_list_is_never_taken_even_when_asked_for(alg):
    token = forging.changed(signed(), {"alg": alg})

    assert keys.verify(shop(public()), token, (*ALGORITHMS, "none", "HS256", "ES384")) is None


@abuse("J-02")
def test_a_shared_key_among_a_clients_keys_verifies_nothing():
    secret = b"0123456789abcdef0123456789abcdef"
    who = shop(OctKey.import_key(secret, {"kid": "k1"}).as_dict())
    token = forging.hmac_by(signed(), secret)

    assert keys.verify(who, token, (*ALGORITHMS, "HS256")) is None


@asvs("5.3.2", "9.1.3")
@abuse("J-03")
@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c"])
def test_what_a_token_says_of_keys_is_never_looked_at(member):
    inside = {"jwk": public(kid="mine"), "x5c": ["MIIB"]}.get(member, "https://evil.example/")
    token = signed(kid="mine", header={member: inside})

    assert verified(shop(public()), token) is None
    assert verified(shop(public(kid="mine")), token)


@abuse("J-10")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_giant_part_is_refused_before_any_work(place):
    parts = signed().split(".")
    parts[place] = "A" * 1_000_000

    found, spent = spans.work(lambda: verified(shop(public()), ".".join(parts)))

    assert found is None
    assert spent < 0.2


@abuse("J-11")
@pytest.mark.parametrize(
    "header",
    [{"alg": "RSA1_5", "enc": "A128CBC-HS256"}, {"alg": "dir", "enc": "A128GCM", "zip": "DEF"},
     {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"}],
    ids=["RSA1_5", "zip", "PBES2"],
)  # fmt: skip
def test_an_encrypted_token_is_refused_before_any_work(header):
    head = forging.part({"kid": "k1"} | header)

    for token in (f"{head}.AAAA.AAAA.AAAA.AAAA", f"{head}.AAAA.AAAA"):
        found, spent = spans.work(partial(verified, shop(public("RS256")), token))
        assert found is None
        assert spent < 0.2


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "a.b.c", "é.é.é", "\x00..", "{}.{}.{}"])
def test_what_is_no_token_is_nobodys(token):
    assert verified(shop(public()), token) is None


def test_claims_that_are_no_object_are_nobodys():
    message = signed().rpartition(".")[0].partition(".")[0] + "." + forging.part(b"[1]")
    value = keys.JWSRegistry.algorithms["ES256"].sign(message.encode(), key())

    assert verified(shop(public()), f"{message}.{forging.part(value)}") is None


@pytest.mark.parametrize("described", [{}, {"jwks": None}, {"jwks": {}}, {"jwks": {"keys": []}}])
def test_a_client_without_keys_signs_nothing(described):
    assert verified(client(**described), signed()) is None


def refusal(jwks):
    """Return why ``jwks`` may not be registered."""
    with pytest.raises(metadata.InvalidMetadata) as refused:
        keys.check(jwks)
    said = refused.value.description
    assert said.isascii()
    assert said.startswith("jwks ")
    assert (refused.value.code, refused.value.member) == ("invalid_client_metadata", "jwks")
    return said


@pytest.mark.parametrize(
    "jwk",
    [
        *(public(alg) for alg in ALGORITHMS),
        public(kid=None),
        public(use="enc"),
        ECKey.generate_key("P-384").as_dict(private=False),
        ECKey.generate_key("P-521").as_dict(private=False),
        public() | {"x5c": ["MIIB"], "x5t": "AAAA", "of the future": 1},
    ],
)
def test_a_public_key_may_be_registered(jwk):
    keys.check({"keys": [jwk]})
    keys.check({"keys": [jwk] * 20})


@abuse("J-13")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_private_key_may_not(alg):
    private = key(alg).as_dict(private=True)

    assert "private" in refusal({"keys": [private]})
    assert "private" in refusal({"keys": [public(alg), private]})
    for member in sorted(private.keys() - public(alg).keys()):
        assert "private" in refusal({"keys": [public(alg) | {member: private[member]}]})


@abuse("J-13")
def test_nor_a_shared_one():
    shared = OctKey.generate_key(256).as_dict()

    assert "shared" in refusal({"keys": [shared]})
    assert "kty" in refusal({"keys": [{"kty": "oct"}]})


def _noughts(jwk, **members):
    return jwk | {name: base64.urlsafe_b64encode(b).decode() for name, b in members.items()}


BAD = {
    "RSA of 1024 bits": (
        _noughts(public("RS256"), n=b"\x00" * 128 + b"\xff" * 128),
        "2048",
    ),
    "RSA of 2047 bits": (_noughts(public("RS256"), n=b"\x7f" + b"\xff" * 255), "2048"),
    "RSA of 8193 bits": (_noughts(public("RS256"), n=b"\x01" + b"\xff" * 1024), "8192"),
    "RSA of a million bits": (_noughts(public("RS256"), n=b"\xff" * 125_000), "too long"),
    "RSA with a vast exponent": (_noughts(public("RS256"), e=b"\xff" * 200), "exponent"),
    "RSA with exponent 1": (public("RS256", e="AQ"), "exponent"),
    "RSA with exponent 4": (public("RS256", e="BA"), "cannot be read"),
    "RSA without its exponent": (public("RS256", e=None), "lacks"),
    "EC beside the curve": (public(x="AAAA", y="AAAA"), "cannot be read"),
    "EC on a curve of coins": ({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}, "crv"),
    "EC on the curve of another kind": (public(crv="Ed25519"), "cannot be read"),
    "EC of no base64": (public(x="!!!!"), "cannot be read"),
    "EC of numbers": (public(x=5), "lacks"),
    "Ed448": (OKPKey.generate_key("Ed448").as_dict(private=False), "crv"),
    "X25519": (OKPKey.generate_key("X25519").as_dict(private=False), "crv"),
    "Ed25519 cut short": (public("EdDSA", x="AAAA"), "cannot be read"),
    "kind unknown": ({"kty": "future"}, "kty"),
    "kind of a list": ({"kty": ["EC"]}, "kty"),
    "no kind": ({}, "kty"),
    "name of a number": (public() | {"kid": 5}, "not a key"),
    "text": ("key", "not a key"),
    "nothing": (None, "not a key"),
}


@asvs("11.2.3")
@rfc("7518", "3.3")
@pytest.mark.parametrize("case", BAD)
def test_a_key_we_could_not_trust_may_not_be_registered(case):
    jwk, why = BAD[case]

    assert why in refusal({"keys": [jwk]})
    assert why in refusal({"keys": [public(), jwk]})


@pytest.mark.parametrize("jwks", [None, [], "", 5, {}, {"keys": None}, {"keys": {}}, {"keys": []},
                                  {"keys": [public()] * 21}])  # fmt: skip
def test_a_key_set_holds_one_to_twenty_keys(jwks):
    assert "keys" in refusal(jwks)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
members = st.sampled_from(("kty", "kid", "use", "alg", "key_ops", "crv", "x", "y", "n", "e", "d"))


@given(st.dictionaries(members, anything), st.sampled_from(ALGORITHMS))
@example({"n": "A" * 342 + "=", "e": "AQAB"}, "RS256")
@example({"key_ops": [["verify"]]}, "ES256")
def test_odd_keys_are_refused_and_never_break_anything(changed, alg):
    jwk = public(alg) | changed

    with contextlib.suppress(metadata.InvalidMetadata):
        keys.check({"keys": [jwk]})
    found = keys.verify(shop(jwk), signed(alg, header={"kid": None}), ALGORITHMS)

    assert found is None or json.dumps(found[1]) == '{"iss": "shop"}'


def test_reading_a_weak_rsa_key_says_nothing_on_standard_error(recwarn):
    weak = _noughts(public("RS256"), n=b"\xff" * 64)

    refusal({"keys": [weak]})

    assert not recwarn.list
