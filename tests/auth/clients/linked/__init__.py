"""What descriptions of clients link to."""
