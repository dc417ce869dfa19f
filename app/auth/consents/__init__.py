"""What a person allowed a client to do."""
