"""The bank with a terminal, and somebody with money."""

import pytest

from tests.bank.atm.cash import Cash


@pytest.fixture
def cash(bank):
    """The room of a bank that has one machine."""
    made = Cash(bank)
    made.terminal()
    return made


@pytest.fixture
def busy(open_bank):
    """The same with connections for many at once, and tries enough for all of them."""
    made = Cash(open_bank(DATABASE_POOL_SIZE=25, ATM_TERMINAL_TRIES=10**6, ATM_CLIENT_TRIES=10**6))
    made.terminal()
    return made


@pytest.fixture
def maria(bank):
    return bank.person(money=50_000)
