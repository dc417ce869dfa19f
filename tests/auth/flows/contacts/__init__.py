"""Tests of what is done by way of an address or a number."""
