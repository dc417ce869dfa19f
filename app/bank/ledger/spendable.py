"""May so much leave this wallet now? Asked of its row, locked, by every deed that spends."""

from app.foundation.problems import Problem


class InsufficientFunds(Problem):
    """The wallet has less than asked, or there is none yet."""

    code = "insufficient_funds"
    status = 422
    description = "There is not enough money in the wallet."


class Frozen(Problem):
    """Nothing may leave the wallet."""

    code = "wallet_frozen"
    status = 403
    description = "This wallet is frozen. Nothing has moved."


class OtherCurrency(Problem):
    """The order and the wallets do not name the same currency; nothing is exchanged."""

    code = "currency_mismatch"
    status = 422
    description = "The wallets do not hold this currency."


def check(wallet, amount_minor):
    """Let ``amount_minor`` leave ``wallet``: its row, locked, or None where it never opened.

    Raises Frozen, InsufficientFunds.
    """
    if wallet is not None and wallet.frozen_at is not None:
        raise Frozen
    if wallet is None or wallet.balance_minor - wallet.held_minor < amount_minor:
        raise InsufficientFunds
