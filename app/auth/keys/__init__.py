"""The signing keys."""
