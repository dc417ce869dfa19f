"""What someone can show besides a password; one factor per file, all with the same three verbs."""
