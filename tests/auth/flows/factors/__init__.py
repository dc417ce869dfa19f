"""Tests of showing, adding and removing factors."""
