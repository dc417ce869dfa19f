"""The letters an SMS is counted by: 160 of them in one message (3GPP TS 23.038 §6.2.1).

One letter beyond them, such as the ã of *não*, and all of it is sent in a wider code, 70 to a
message; so they are written plainly.
"""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
MOST = 160
_INSTEAD = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "\xa0": " "})


def plain(text):
    """Return ``text`` in those letters alone: without its other accents, ``?`` for the rest."""
    return "".join(map(_letter, text.translate(_INSTEAD)))


def _letter(letter):
    if letter in BASIC:
        return letter
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(each for each in bare if each in BASIC) or "?"
