"""Every row of the protocol behaviours, and of the abuse cases that concern what is built, has a
test, or a reason in ``reasons.toml``."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parents[1]


def spans(*pairs):
    """Return the numbers of the inclusive ``pairs``, as text."""
    return {str(number) for first, last in pairs for number in range(first, last + 1)}


def rows(letter, *numbers):
    """Return the abuse cases of a ``letter``."""
    return {f"{letter}-{number:02}" for number in numbers}


ROWS = {
    # All but JARM, FAPI signing, DPoP, mTLS, TLS and CIBA.
    "behaviour": spans((1, 67), (70, 78), (84, 95), (102, 128), (134, 150)),
    "abuse": rows("R", 1, 3, 4, 7, 8, 10, 11, 12, 16, 19, 20)
    | rows("T", 1, 2, 4, 5, 6, 7, 10, 12, 13, 15, 16, 18, 20, 21, 22)
    | rows("M", 1, 6, 8, 9, 12, 13, 14, 15)
    | rows("J", 1, 2, 3, 7, 9, 10, 11, 13, 14, 15, 16)
    | rows("L", 1, 3, 4, 6, 9, 10, 11, 14, 17, 18, 19, 20)
    | rows("O", 1, 4, 5, 8, 11, 12, 13, 14)
    | rows("W", 1, 2, 5, 7, 8, 10, 11)
    | rows("V", 4, 6, 7, 8)
    | rows("C", 3, 5, 7, 8, 9, 10, 11)
    | rows("G", 1, 3, 4, 5, 7, 8)
    | rows("X", 3, 4, 5)
    | rows("B", 1, 2, 5, 6, 7)
    | rows("N", 1, 3, 5),
    "trap": {str(number) for number in range(1, 28)},
}


def marked(folder, kind):
    """Return the rows that tests under ``folder`` carry as marks of a ``kind``."""
    return {
        str(argument.value)
        for mark in calls_above_tests(folder)
        if getattr(mark.func, "id", None) == kind
        for argument in mark.args
    }


@cache
def calls_above_tests(folder):
    """Return every decorator under ``folder`` that is a call; reading all takes seconds."""
    nodes = (
        node for file in folder.rglob("test_*.py") for node in ast.walk(ast.parse(file.read_text()))
    )
    marks = (mark for node in nodes for mark in getattr(node, "decorator_list", ()))
    return [mark for mark in marks if isinstance(mark, ast.Call)]


def trapped():
    """Return the numbers of the traps that have a test."""
    names = (
        node.name
        for file in HERE.glob("test_authlib_traps*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    )
    return {str(int(name[5:7])) for name in names if name[5:7].isdigit()}


@pytest.fixture(scope="module")
def reasons():
    """Kind → row → why there is no test of it yet."""
    return tomllib.loads((HERE / "reasons.toml").read_text())


@pytest.mark.parametrize("kind", list(ROWS))
def test_every_row_has_a_test_or_a_reason(kind, reasons):
    proved = trapped() if kind == "trap" else marked(TESTS, kind)

    assert sorted(ROWS[kind] - proved - set(reasons.get(kind, ()))) == []


@pytest.mark.parametrize("kind", list(ROWS))
def test_no_reason_outlives_what_it_waits_for(kind, reasons):
    proved = trapped() if kind == "trap" else marked(TESTS, kind)

    assert sorted(set(reasons.get(kind, ())) & proved) == []
    assert sorted(set(reasons.get(kind, ())) - ROWS[kind]) == []
    assert all(len(why) > 20 for why in reasons.get(kind, {}).values())
