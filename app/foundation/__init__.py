"""Mechanism with no policy: knows no OAuth word and no banking word."""
