"""What an application may do, as it reads to a person: one item a scope, one for claims by name."""

from typing import NamedTuple

from app.auth.consents import named
from app.foundation import words


class Item(NamedTuple):
    """One thing allowed or asked for: the name its words go by, and whether it is new.

    claims: those asked for by name, in plain words; empty for a scope.
    """

    words: str
    is_new: bool
    claims: str = ""


def items(wanted, new=()):
    """Return the :class:`Item` list of the names ``wanted``; those of ``new`` are new."""
    claims = {name: named.claim(name) for name in wanted}
    told = [Item(name.replace(":", "_"), name in new) for name in wanted if not claims[name]]
    by_name = [name for name in wanted if claims[name]]
    if by_name:
        sentence = ", ".join(words.t(f"claim.{claims[name]}") for name in by_name)
        is_new = any(name in new for name in by_name)
        told.append(Item("by_name", is_new, f"{sentence[0].upper()}{sentence[1:]}."))
    return told
