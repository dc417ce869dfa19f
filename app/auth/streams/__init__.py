"""The record as it goes on to others: each stream in its order, at least once (decisions §8)."""
