"""Tests of the room ``deeds``, through its verbs."""
