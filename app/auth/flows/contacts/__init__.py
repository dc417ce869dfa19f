"""What is done by way of an address or a number: join, prove it, come back without a password."""
