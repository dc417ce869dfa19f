"""What the bank asks of a provider of payments, whichever it is.

A provider does an order once, however often it is told to: the order's id is ours, and the same id
is the same order. Whoever cannot tell how an order stands raises :class:`Unclear`; then it is asked
again, and never ordered anew under another id.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

PENDING, COMPLETED, REFUSED, REVERSED = "pending", "completed", "refused", "reversed"
STATES = (PENDING, COMPLETED, REFUSED, REVERSED)


class Unclear(Exception):
    """Nobody can say how the order stands. ``reason`` is one fixed word, for log and counting."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Asked(NamedTuple):
    """An order as the provider is told of it.

    kind: ``bill`` or ``topup``; to: the barcode, or the phone in E.164; carrier: of the phone.
    """

    id: str
    kind: str
    amount_minor: int
    currency: str
    to: str
    carrier: str | None = None


class Beneficiary(NamedTuple):
    """Who is paid by a boleto; document: masked."""

    name: str
    document: str | None = None
    institution: str | None = None


class Outcome(NamedTuple):
    """How an order stands.

    state: one of :data:`STATES`; reference: by which the provider finds it; reason: of a refusal,
    a short code; payee: whom it paid, where it says so.
    """

    state: str
    reference: str | None = None
    reason: str | None = None
    payee: Beneficiary | None = None


class Provider(ABC):
    """Somebody who carries payments out."""

    @abstractmethod
    def look_up(self, barcode):
        """Return the :class:`Beneficiary` of a boleto, None when unknown. Raises Unclear."""

    @abstractmethod
    def pay(self, asked, seconds):
        """Carry ``asked`` out, unless that was done; return the :class:`Outcome`.

        seconds: to wait for an answer at most. Raises Unclear.
        """

    @abstractmethod
    def ask(self, asked, seconds):
        """Return how ``asked`` stands, None when it never arrived. Raises Unclear."""
