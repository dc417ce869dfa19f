"""Whole stories over HTTP, as a user would live them; none of them reaches into a room."""
