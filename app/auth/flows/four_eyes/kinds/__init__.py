"""The kinds of acts that four eyes guard, one a module."""
