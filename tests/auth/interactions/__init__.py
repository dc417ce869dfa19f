"""Tests of the room ``interactions``, through its verbs."""
