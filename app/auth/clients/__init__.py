"""The applications that may ask."""
