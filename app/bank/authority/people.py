"""Who somebody is: asked of the authorization server, which knows people (`decisions.md` §2)."""

from typing import NamedTuple

from app.bank.authority import asking
from app.foundation.problems import NotFound

SCOPE = "people:resolve"
PATH = "/internal/people/resolve"
_NOBODY = 404


class Person(NamedTuple):
    """A person as others may be shown them.

    document: their CPF but for its ends, or None; institution: its name, or None; missing: what
    they still have to do before they may have a wallet, among ``email``, ``cpf``, ``birth_date``
    and ``age``.
    """

    sub: str
    user_id: int
    name: str
    document: str | None
    institution: str | None
    missing: tuple

    @property
    def may_open_a_wallet(self):
        """Is nothing missing?"""
        return not self.missing


def resolve(**named):
    """Return the :class:`Person` who goes by one name, or None.

    named: exactly one of ``sub``, ``user_id``, ``email``, ``phone``, ``cpf``; of the last three
    only who has proved theirs is found. Raises asking.Away.
    """
    status, answer = asking.ask(PATH, SCOPE, named)
    if status in {400, 404}:
        return None
    try:
        missing = tuple(answer["wallet"]["missing"])
        told = {name: answer[name] for name in Person._fields if name != "missing"}
        return Person(**told, missing=missing)
    except (KeyError, TypeError):
        raise asking.Away(detail=f"answered {status}, no person") from None


def is_gone(sub):
    """Is ``sub`` nobody, as the authorization server says? Raises asking.Away.

    Said in so many words: what somebody in between answers of a missing page takes nothing away.
    """
    status, answer = asking.ask(PATH, SCOPE, {"sub": sub})
    return status == _NOBODY and answer.get("code") == NotFound.code
