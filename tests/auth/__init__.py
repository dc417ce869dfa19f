"""Tests of the authorization server, room by room."""
