"""How much may leave a wallet at once, in a day and in a night: its owner's own limits."""
