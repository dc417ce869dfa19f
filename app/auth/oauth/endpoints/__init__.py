"""Endpoints, one per file."""
