"""The door for services of our own: what a bank asks this house about people."""
