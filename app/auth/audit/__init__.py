"""The record: what happened, in an order nobody can quietly edit."""
