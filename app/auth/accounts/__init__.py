"""People: how they join, prove an address, keep and recover a password."""
