"""Questions put to an authorization request, one per file."""
