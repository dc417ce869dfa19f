"""Grant types, one per file."""
