"""Deeds: what the bank says a person is about to order, and what the person answered."""
