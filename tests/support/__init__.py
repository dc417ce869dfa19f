"""What tests stand on: real services, databases, marks."""
