"""What the routes of several rooms say of themselves: amounts, currencies, the key of a deed."""

from app.bank import money
from app.foundation.openapi.operation import Parameter, text

MINOR = {"type": "integer", "description": "Minor units: 12500 is R$ 125,00"}
AMOUNT = MINOR | {"minimum": 1, "maximum": money.LARGEST_MINOR}
CURRENCY = text("ISO 4217", pattern="^[A-Z]{3}$")
KEY = Parameter(
    "The same key and body do the deed once, and get the same answer",
    text("Visible ASCII", pattern="^[\\x21-\\x7e]{1,255}$"),
    where="header",
    required=True,
    example="5f0c1d3e-7f0b-4b8e-8f2e-2f6d8f1e9a10",
)
