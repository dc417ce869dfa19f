"""Paying suppliers: bills and phone credit, carried out by a provider, each once (S102)."""
