"""``phone_topup``: Credit for a mobile phone, paid from a person's wallet."""

from app.auth.consents.details import kind

KIND = kind.of_money("phone_topup", "payments", "payments:write")
