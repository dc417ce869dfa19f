"""Codes that a person reads on one screen and types at another (RFC 8628 §6.1).

Eight of twenty letters: without vowels no word appears, and what is left out is what one letter
could be taken for. The case, spaces and dashes of what is typed do not matter.
"""

import re
import unicodedata

from app.foundation import ids

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8

_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
# What is none of the letters and looks like one of them alone: no code has two readings.
_MEANT = str.maketrans({"1": "L", "2": "Z", "5": "S", "6": "G", "8": "B", "I": "L", "U": "V"})


def draw():
    """Return a new code, such as ``WDJBMJHT``: one of 20⁸, some 2³⁴·⁵."""
    return ids.letters(LETTERS, LENGTH)


def shown(code):
    """Return ``code`` as people see it, such as ``WDJB-MJHT``."""
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def read(typed):
    """Return the code that somebody means by ``typed``, or None when it cannot be one."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(filter(str.isalnum, folded)).translate(_MEANT)
    return letters if _CODE.fullmatch(letters) else None
