"""What the ledger must hold while processes are killed: the run, its clients, its checker."""
