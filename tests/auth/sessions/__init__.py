"""Tests of browser sessions."""
