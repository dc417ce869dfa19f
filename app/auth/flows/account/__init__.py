"""What people do with their own account: what they are called, taking it along, leaving."""
