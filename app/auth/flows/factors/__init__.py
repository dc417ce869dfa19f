"""Showing, adding and removing what a person has besides a password."""
