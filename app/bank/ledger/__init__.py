"""The double-entry ledger: wallets, the entries that move money between them, what is held."""
