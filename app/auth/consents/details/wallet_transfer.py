"""``wallet_transfer``: Money from a person's wallet to somebody else's."""

from app.auth.consents.details import kind

KIND = kind.of_money("wallet_transfer", "wallet", "wallet:transfer")
