"""Two-way: an AES-GCM envelope for what we must read back, with the key's name inside.

An envelope is bound to its place (``table/row/column``): moved elsewhere it does not open.
"""

import base64
import secrets
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class CannotOpen(Exception):
    """The envelope was changed, moved, or sealed under a key we do not hold."""


class Ring:
    """Sealing keys by name; the first one seals, all of them open."""

    def __init__(self, keys):
        self._keys = {name: AESGCM(_derive(root, "sealing")) for name, root in keys.items()}
        self._first = next(iter(keys))
        self._roots = dict(keys)
        self._derived = {}
        self._kept = None  # reads the index keys of sealing keys that were put away
        self._put_away = {}
        self._lock = Lock()

    @classmethod
    def from_setting(cls, text):
        """Read ``name:base64,name:base64``; each key has 32 bytes.

        Raises ValueError: when a key is malformed, without quoting it.
        """
        keys = {}
        for part in text.split(","):
            name, _, encoded = part.strip().partition(":")
            try:
                root = base64.b64decode(encoded, validate=True)
            except ValueError:
                root = b""
            if not name.isascii() or not name.isalnum() or len(root) != 32:
                raise ValueError("each sealing key reads name:base64 of 32 bytes")
            keys[name] = root
        return cls(keys)

    @property
    def names(self):
        """The names of the keys, the first's first."""
        return list(self._roots)

    def remember(self, kept):
        """Find under the index keys of sealing keys that were put away, too.

        kept: returns them, sealed, and the place of each; asked once, when first needed.
        """
        self._kept = kept

    def seal(self, clear, place):
        """Return ``clear`` (bytes) sealed for ``place`` (``table/row/column``)."""
        nonce = secrets.token_bytes(_NONCE)
        name = self._first.encode()
        body = self._keys[self._first].encrypt(nonce, clear, place.encode())
        return bytes([len(name)]) + name + nonce + body

    def open(self, sealed, place):
        """Return what was sealed for ``place``. Raises CannotOpen."""
        name = under(sealed)
        start = 1 + (sealed[0] if sealed else 0)
        nonce, body = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return self._keys[name].decrypt(nonce, body, place.encode())
        except (KeyError, ValueError, InvalidTag) as error:
            raise CannotOpen(place) from error

    def derive(self, purpose):
        """Return 32 bytes for one ``purpose``, so that no key serves two (RFC 8725 §3.12).

        Changes when another key becomes the first of the ring.
        """
        return self.derive_each(purpose)[0]

    def derive_each(self, purpose):
        """Return the 32 bytes that each key of the ring gives for ``purpose``, the first's first.

        For blind indexes: written under the first, looked up under all, as seals are, so that
        what was written before another key became the first is still found. After them come
        those that were kept of keys put away.
        """
        known = self._derived.get(purpose)
        if known is None:
            own = [_derive(root, purpose) for root in self._roots.values()]
            known = self._derived[purpose] = own + self._of_keys_put_away(purpose)
        return known

    def derived(self, name, purpose):
        """Return the 32 bytes that the key called ``name`` gives for ``purpose``."""
        return _derive(self._roots[name], purpose)

    def _of_keys_put_away(self, purpose):
        with self._lock:
            if self._kept:
                found = {}
                for row, place in self._kept():
                    if row.name not in self._roots:
                        found.setdefault(row.purpose, []).append(self.open(row.key_sealed, place))
                self._put_away, self._kept = found, None
        return self._put_away.get(purpose, [])


def under(sealed):
    """Return the name of the key that an envelope says it is sealed under; "": it says none."""
    length = sealed[0] if sealed else 0
    return bytes(sealed[1 : 1 + length]).decode("ascii", "replace")


def seal_under(secret, clear, place):
    """Seal ``clear`` under a key derived from ``secret`` alone (a high-entropy text)."""
    nonce = secrets.token_bytes(_NONCE)
    key = AESGCM(_derive(secret.encode(), "under"))
    return nonce + key.encrypt(nonce, clear, place.encode())


def open_under(secret, sealed, place):
    """Return what :func:`seal_under` sealed. Raises CannotOpen."""
    key = AESGCM(_derive(secret.encode(), "under"))
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (ValueError, InvalidTag) as error:
        raise CannotOpen(place) from error


def new_key():
    """Return a fresh key for the ring, base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _derive(root, purpose):
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"portaria/{purpose}".encode()).derive(root)


if __name__ == "__main__":
    print(f"k1:{new_key()}")
