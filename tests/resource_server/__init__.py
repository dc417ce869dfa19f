"""The gate, in a small API of its own, against a small issuer of its own."""
