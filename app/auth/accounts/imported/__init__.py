"""People brought from another system: their hashes, their accounts in bulk, which lines are in."""
