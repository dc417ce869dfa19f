"""The back office, visited without scripts."""
