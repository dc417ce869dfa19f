"""Marks that say which clause, attack, protocol behaviour or mission row a test proves.

Of them are made ``docs/coverage.md`` (``python -m tests.support.coverage_table``) and
``docs/asvs.md`` (``python -m tests.support.asvs_table``).
"""

import pytest

MARKS = {
    "rfc": "rfc(number, section): the clause of a specification",
    "abuse": "abuse(*rows): rows of the abuse cases, such as T-02",
    "behaviour": "behaviour(*rows): rows of the protocol behaviours, such as 28",
    "mission": "mission(*rows): rows of the mission, such as S45",
    "asvs": "asvs(*rows): rows of OWASP ASVS 5.0.0, such as 6.3.1",
}


def rfc(number, section=None):
    """Prove clause ``section`` of RFC ``number`` (or of the specification so named)."""
    return pytest.mark.rfc(number, section)


def abuse(*rows):
    """Prove that these attacks are withstood."""
    return pytest.mark.abuse(*rows)


def behaviour(*rows):
    """Prove these rows of the protocol behaviours."""
    return pytest.mark.behaviour(*rows)


def mission(*rows):
    """Prove these rows of the mission."""
    return pytest.mark.mission(*rows)


def asvs(*rows):
    """Prove these rows of OWASP ASVS 5.0.0."""
    return pytest.mark.asvs(*rows)
