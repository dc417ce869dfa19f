"""Phones that take credit: numbers of Brazil, and who runs them."""

import re

CARRIERS = {  # as apps name them: how people do
    "algar": "Algar",
    "brisanet": "Brisanet",
    "claro": "Claro",
    "correios": "Correios Celular",
    "oi": "Oi",
    "sercomtel": "Sercomtel",
    "surf": "Surf",
    "tim": "TIM",
    "unifique": "Unifique",
    "vivo": "Vivo",
}
_BETWEEN = re.compile(r"[ ().\-]")
_MOBILE = re.compile(r"(?:\+?55)?(?P<area>[0-9]{2})(?P<number>9[0-9]{8})")
_NO_AREAS = {"20", "23", "25", "26", "29", "30", "36", "39", "40", "50", "52"}
_NO_AREAS |= {"56", "57", "58", "59", "60", "70", "72", "76", "78", "80", "90"}


def mobile(written):
    """Return a Brazilian mobile number in E.164, ``+55…``, or None when ``written`` is none."""
    found = _MOBILE.fullmatch(_BETWEEN.sub("", written))
    if found is None or found["area"] < "11" or found["area"] in _NO_AREAS:
        return None
    return f"+55{found['area']}{found['number']}"


def masked(number):
    """Return ``number`` (E.164) so that its owner knows it and nobody else learns it."""
    return f"{number[:5]}*****{number[-4:]}"
