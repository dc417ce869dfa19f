"""What we issue, how it turns over, how it ends."""
