"""Deeds that the bank described: shown, approved or refused, and proved afterwards."""
