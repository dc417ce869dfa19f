"""How a client proves itself, one method per file."""
