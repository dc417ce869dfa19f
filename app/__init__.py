"""Portaria: two houses, ``auth`` and ``bank``, on one ground, ``foundation``."""
