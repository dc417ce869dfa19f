"""What is kept of people, and how long."""
