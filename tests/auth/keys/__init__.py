"""Tests of the room ``keys``, through its verbs."""
