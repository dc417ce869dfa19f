"""Tests of institutions and roles."""
