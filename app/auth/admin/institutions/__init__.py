"""Institutions: opened, dressed, their policy, their members and whom they invite."""
