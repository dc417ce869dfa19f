"""Sealing to a browser: as the specification's own example, and as code that is not ours reads."""

import base64

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.foundation import aes128gcm
from tests.support.marks import rfc

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@rfc("8291", "5")
def test_the_example_of_the_specification_is_sealed_to_the_byte():
    ours = decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    pair = ec.derive_private_key(int.from_bytes(ours, "big"), ec.SECP256R1())

    sealed = aes128gcm.seal(
        b"When I grow up, I want to be a watermelon",
        aes128gcm.browser(POINT, SECRET),
        pair=pair,
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert sealed == decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@rfc("8291", "3.4")
@rfc("8188", "2")
def test_a_browser_reads_it_and_its_length_tells_nothing():
    pair, secret = ec.generate_private_key(ec.SECP256R1()), b"s" * 16
    point = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    to = aes128gcm.Browser(point, secret)

    short, longer = (aes128gcm.seal(text, to, length=500) for text in (b"a", b"b" * 400))

    assert len(short) == len(longer)
    assert http_ece.decrypt(longer, private_key=pair, auth_secret=secret) == b"b" * 400
    assert len(aes128gcm.seal(b"x" * aes128gcm.MOST, to)) == 4096
    with pytest.raises(ValueError, match="too long"):
        aes128gcm.seal(b"x" * (aes128gcm.MOST + 1), to)


@pytest.mark.parametrize(
    ("point", "secret"),
    [("", SECRET), (POINT, ""), (POINT[:-4], SECRET), ("B" + "A" * 86, SECRET), (POINT, SECRET * 2),
     ("ação", SECRET)],
)  # fmt: skip
def test_what_is_no_key_of_a_browser_is_refused(point, secret):
    with pytest.raises(ValueError, match=r"."):
        aes128gcm.browser(point, secret)
