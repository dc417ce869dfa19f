"""The chain of the record: what makes any change of it seen (decisions §8)."""
