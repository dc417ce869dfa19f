"""Seal a message to one browser, so that who carries it reads nothing (RFC 8291, RFC 8188).

The browser gave a point of P-256 and a secret; each message has a key pair of its own. One record.
"""

import base64
import binascii
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.foundation import ids

MOST = 3993  # bytes of a message: every push service carries them (RFC 8291 §4)
_RECORD = 4096
_LAST = b"\x02"  # what ends the text of the last record; the padding follows (RFC 8188 §2)


class Browser(NamedTuple):
    """Whom a message is sealed to."""

    point: bytes  # uncompressed
    secret: bytes


def browser(p256dh, auth):
    """Return the :class:`Browser` of what its subscription says, base64url without padding.

    Raises ValueError: when that is no point of the curve, or no secret of 16 bytes.
    """
    point, secret = _bytes(p256dh), _bytes(auth)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    if len(point) != 65 or len(secret) != 16:
        raise ValueError("not the keys of a browser")
    return Browser(point, secret)


def seal(clear, to, *, length=0, pair=None, salt=None):
    """Return ``clear`` (bytes) sealed ``to`` a :class:`Browser`.

    length: to which it is padded, so that its own tells nothing; pair, salt: drawn for each
    message, unless a test gives them. Raises ValueError: when it is too long.
    """
    if max(len(clear), length) > MOST:
        raise ValueError("too long for a push")
    pair = pair or ec.generate_private_key(ec.SECP256R1())
    salt = salt or ids.salt()
    ours = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.point)
    shared = pair.exchange(ec.ECDH(), theirs)
    material = _derived(to.secret, shared, b"WebPush: info\0" + to.point + ours, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    padding = bytes(max(0, length - len(clear)))
    return header + AESGCM(key).encrypt(nonce, clear + _LAST + padding, None)


def _derived(salt, material, info, length):
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(material)


def _bytes(text):
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
