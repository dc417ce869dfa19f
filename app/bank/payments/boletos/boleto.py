"""What a boleto is, whichever kind, and what is said of one that is none."""

from datetime import date
from typing import NamedTuple

from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

LENGTH = 44  # digits of a barcode


class InvalidBarcode(Problem):
    """The line or barcode is no boleto.

    part: which part of it tells so, a short name; message: in words, for who builds the app.
    """

    code = "invalid_barcode"
    status = 422
    description = "This is no boleto: its digits do not agree."

    def __init__(self, part, message):
        super().__init__(detail=part)
        self.part, self.message = part, message
        self.errors = []

    def found_in(self, field):
        """Say in which ``field`` of the body it stands; return self."""
        self.errors = [wrong(field, self.part, self.message)]
        return self


class Boleto(NamedTuple):
    """A boleto whose check digits agree.

    barcode: its 44 digits; line: the same as people type it, 47 or 48 digits; amount_minor: None
    where who pays says how much; payee: the bank or the kind of service, by name.
    """

    barcode: str
    line: str
    amount_minor: int | None
    due_date: date | None
    payee: str
