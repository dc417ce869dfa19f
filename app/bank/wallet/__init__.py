"""Accounts of money and the double-entry ledger."""
