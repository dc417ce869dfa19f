"""Proving that an address is somebody's: the secrets sent there, and how many may be."""
