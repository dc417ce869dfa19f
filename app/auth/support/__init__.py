"""Support: why somebody of the bank looks at a person, and reading as them while they allow it."""
