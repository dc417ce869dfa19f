"""The bank, over HTTP as apps use it, against a small issuer of its own."""
