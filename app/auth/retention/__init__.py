"""How long what is kept of a person stays, and what stops its erasure."""
