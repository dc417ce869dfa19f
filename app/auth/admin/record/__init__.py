"""The record in the back office: look through it, see a line, prove it."""
