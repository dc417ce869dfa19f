"""Tests of the room ``tokens``, through its verbs."""
