"""Every row of OWASP ASVS 5.0.0 that applies has a test, a line or a reason that is there."""

import re
from collections import Counter

import pytest

from tests.support import asvs_table, coverage_table

ROOT = asvs_table.ROOT
APPLY = {1: 19, 2: 13, 3: 30, 4: 10, 5: 2, 6: 44, 7: 19, 8: 13, 9: 7, 10: 36, 11: 24, 12: 12}
APPLY |= {13: 21, 14: 12, 15: 21, 16: 17}


@pytest.fixture(scope="module")
def proofs():
    """Row → the tests that carry it."""
    return coverage_table.found()["asvs"]


def test_every_row_has_a_test_a_line_or_a_reason_that_is_there(proofs):
    assert list(asvs_table.faults(proofs)) == []


def test_no_row_is_forgotten():
    counted = Counter(int(name.split(".")[0]) for name in asvs_table.rows())

    assert counted == APPLY
    assert Counter(row["level"] for row in asvs_table.rows().values()) == {1: 64, 2: 155, 3: 81}
    assert set(asvs_table.stated()["promised"]) <= asvs_table.rows().keys()


def test_what_is_open_is_told_first(proofs):
    text = asvs_table.document(proofs)
    first, _, rest = text.partition("## V1 ")

    told = re.findall(r"^- \*\*([0-9.]+)\*\*", first, re.MULTILINE)
    assert told == [name for name in asvs_table.rows() if asvs_table.kind(name, proofs) == "open"]
    assert all(f"| {name} |" in rest or f"| {name} |" in text for name in asvs_table.rows())


@pytest.mark.parametrize(
    "line", ["Makefile", "Makefile: not these words", "no/such/file.py: def", "tests: def"]
)
def test_a_line_that_is_not_there_is_found_out(line):
    assert not asvs_table.there(line)
