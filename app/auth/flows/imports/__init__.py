"""Bring people in from another system: who a line describes, and keeping many at once."""
