"""The signing keys: seen, turned over, withdrawn."""
