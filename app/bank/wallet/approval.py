"""When a deed needs its owner's approval, and the challenge that says so (RFC 9470 §3).

A single deed at or above a limit does; so does the one by which the deeds since the last approval
pass a sum or a count, so that slices do not slip under (PSD2 RTS Art. 16).
"""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import update

from app.bank.database import db
from app.bank.problems import wrong
from app.bank.wallet.models import Wallet
from app.resource_server.step_up import InsufficientUserAuthentication

ACR_VALUES = ("urn:brasil:openbanking:loa3",)  # two factors

_wallets = Wallet.__table__


class Limits(NamedTuple):
    """Up to where a token and its scope suffice."""

    from_minor: int
    cumulative_minor: int
    cumulative_count: int


def reasons(limits, deeds_minor, deeds_count, amount_minor):
    """Return why a deed of ``amount_minor`` needs approval, as entries of ``errors``; or none.

    deeds_minor, deeds_count: what was done since the last approval.
    """
    found = []
    if amount_minor >= limits.from_minor:
        found.append(wrong("amount", "amount", "This amount needs approval."))
    if deeds_minor + amount_minor > limits.cumulative_minor:
        found.append(
            wrong(
                "amount",
                "cumulative_amount",
                "With what was sent since the last approval, it needs approval.",
            )
        )
    if deeds_count + 1 > limits.cumulative_count:
        found.append(
            wrong("amount", "cumulative_count", "So many since the last approval need approval.")
        )
    return found


def demand(wallet, amount_minor):
    """Let a deed of ``amount_minor`` pass that needs no approval.

    wallet: its row, locked (:func:`app.bank.wallet.ledger.lock`): of two deeds at once, the second
    counts the first.

    Raises InsufficientUserAuthentication: when it does.
    """
    config = current_app.config
    limits = Limits(
        config["STEP_UP_FROM_MINOR"],
        config["STEP_UP_CUMULATIVE_MINOR"],
        config["STEP_UP_CUMULATIVE_COUNT"],
    )
    found = reasons(limits, wallet.deeds_minor, wallet.deeds_count, amount_minor)
    if found:
        raise InsufficientUserAuthentication(
            ACR_VALUES, config["STEP_UP_MAX_AGE_SECONDS"], errors=found
        )


def count(wallet, amount_minor):
    """Count a deed of ``amount_minor`` done without approval; the wallet's row is locked."""
    counted = update(_wallets).where(_wallets.c.id == wallet.id)
    db.session.execute(
        counted.values(
            deeds_minor=_wallets.c.deeds_minor + amount_minor,
            deeds_count=_wallets.c.deeds_count + 1,
        )
    )
