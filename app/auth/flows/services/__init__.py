"""What services of our own ask of this house about people."""
