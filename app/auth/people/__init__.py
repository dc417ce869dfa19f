"""People as the bank's own staff find them and see them."""
