"""Tests of the room ``clients``, through its verbs."""
