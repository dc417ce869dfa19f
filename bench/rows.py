"""The rows of the table: each operation and its budget in multiples of the floor.

S is one RSA-2048 signature; E is the empty route of the assembled server; both are measured in
the same run.
"""

from collections.abc import Callable
from typing import NamedTuple

from bench import operations, paying


class Row(NamedTuple):
    """One operation; its budget is ``signatures`` x S + ``empties`` x E, none when 0."""

    name: str
    title: str
    operation: Callable
    signatures: int = 0
    empties: float = 0
    prepare: Callable | None = None
    served: str = "auth"  # or "both": what stands behind it

    def budget(self, signature, empty):
        """Return the budget in ms of processor time for measured S and E, or None."""
        return (self.signatures * signature + self.empties * empty) or None


FLOOR = (
    Row("bare", "bare Flask, empty route", operations.bare),
    Row("empty", "assembled server, empty route (E)", operations.empty),
)
MEASURED = (
    Row("cc_es256", "client_credentials ES256", operations.client_credentials_es256, 0, 3),
    Row("cc_rs256", "client_credentials RS256", operations.client_credentials_rs256, 1, 3),
    Row("refresh", "refresh with rotation", operations.refresh, 1, 7, operations.code_flow),
    Row("flow", "code + PKCE flow", operations.code_flow, 1, 13),
    Row("introspection", "introspection", operations.introspection, 0, 3),
    Row("userinfo", "userinfo", operations.userinfo, 0, 3),
    Row("jwks", "JWKS", operations.jwks, 0, 1.3),
    Row("discovery", "discovery", operations.discovery, 0, 1.3),
    Row("transfer", "transfer", paying.transfer, 0, 14, served="both"),
    Row("atm", "validation of a voucher", paying.validation, 0, 10, served="both"),
)
ROWS = FLOOR + MEASURED
MEMORY_MEBIBYTES = 200  # two workers after load, PSS
COLD_START_SECONDS = 1.5
