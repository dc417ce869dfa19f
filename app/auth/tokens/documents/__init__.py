"""Tokens of the existing client documents: given at the door, in the shapes they have."""
