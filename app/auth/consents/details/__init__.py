"""Details: one thing that an app asks to do, in all its parts (RFC 9396), a type per file."""
