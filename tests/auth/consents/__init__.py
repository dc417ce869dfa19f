"""Tests of the room ``consents``, through its verbs."""
