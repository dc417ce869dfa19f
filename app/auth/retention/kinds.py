"""What is kept of people, for how long, and which law asks for it: the one table of it.

The privacy page shows it, ``docs/privacy.md`` repeats it, and housekeeping goes by it. Words for
people are in the catalogues, under ``retention``.
"""

from datetime import timedelta
from typing import NamedTuple

_LAW = "Circular BCB 3.978/2020, art. 67; LGPD art. 16, I"
YEAR = timedelta(days=366)  # never a day too short


class Kind(NamedTuple):
    """A kind of data; years: after the account is erased, None: it goes with the account.

    law: what makes us keep it, as lawyers name it; "" where nothing does. ends: housekeeping makes
    it unreadable then; else it stays, under a number that leads to nobody.
    """

    name: str
    years: int | None
    law: str
    ends: bool


KINDS = (
    Kind("account", None, "", ends=True),
    Kind("sessions", None, "", ends=True),
    Kind("approvals", 10, _LAW, ends=True),
    Kind("money", 10, _LAW, ends=False),
    Kind("record", 10, _LAW, ends=False),
)
_BY_NAME = {kind.name: kind for kind in KINDS}


def over(name, now):
    """Return the moment such that who was erased before it, has nothing of that kind kept."""
    return now - _BY_NAME[name].years * YEAR
