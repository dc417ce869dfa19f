"""What may be shown once."""
