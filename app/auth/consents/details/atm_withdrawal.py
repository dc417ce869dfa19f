"""``atm_withdrawal``: Cash at a machine or an agent, held in a person's wallet."""

from app.auth.consents.details import kind

KIND = kind.of_money("atm_withdrawal", "atm", "atm:withdraw")
