"""Tests of the post office."""
