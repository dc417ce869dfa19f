"""Deeds that need approval: signed by the bank, approved elsewhere, spent here once."""
