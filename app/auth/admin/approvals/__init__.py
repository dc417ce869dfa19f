"""What waits for a second pair of eyes: seen, approved, refused."""
