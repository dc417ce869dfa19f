"""One reason to stop per file; each a list of named checks."""
