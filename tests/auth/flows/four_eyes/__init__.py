"""Tests of what one asks for and another approves."""
