"""Terminals: added by the operator, bound to a client, taken out of service."""

import pytest

from tests.bank.atm.cash import NETWORK
from tests.support.marks import mission


@mission("S106", "S108")
def test_the_operator_adds_lists_and_disables_terminals(cash):
    cash.terminal("SHOP", kind="agent", **{"per-day": 20_000})
    cash.run("terminals", "disable", "ATM-1")

    machine, shop = cash.run("terminals", "list")

    assert (machine["terminal"], machine["state"], machine["per_day"]) == (
        "ATM-1",
        "disabled",
        None,
    )
    assert (shop["client_id"], shop["kind"], shop["state"]) == (NETWORK, "agent", "in service")
    assert (shop["per_withdrawal"], shop["per_day"]) == (50_000, 20_000)
    assert cash.run("terminals", "disable", "ATM-1") == [{"terminal": "ATM-1", "state": "disabled"}]


def test_each_has_cash_of_its_own(cash):
    assert cash.drawer() == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--id", "ATM-1"], "There is a terminal of this id."),
        (["--id", "a b"], "A terminal's id is"),
        (["--name", ""], "Name and place are"),
        (["--name", "x\u202ey"], "Name and place are"),
        (["--place", "x" * 81], "Name and place are"),
        (["--per-day", "5"], "Only agents have limits"),
        (["--kind", "agent", "--per-day", str(10**13)], "A limit is"),
    ],
)
def test_a_terminal_that_cannot_be_is_not_added(cash, more, told):
    usual = ["--kind", "atm", "--name", "Caixa", "--place", "Rua 1"]

    done = cash.bank.app.test_cli_runner().invoke(args=["terminals", "add", NETWORK, *usual, *more])

    assert done.exit_code == 1
    assert told in done.output
    assert len(cash.run("terminals", "list")) == 1


def test_what_is_not_there_is_not_disabled(cash):
    done = cash.bank.app.test_cli_runner().invoke(args=["terminals", "disable", "ATM-9"])

    assert (done.exit_code, "no such terminal" in done.output) == (1, True)
