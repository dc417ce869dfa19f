"""``bill_payment``: A bill that is paid from a person's wallet."""

from app.auth.consents.details import kind

KIND = kind.of_money("bill_payment", "payments", "payments:write")
