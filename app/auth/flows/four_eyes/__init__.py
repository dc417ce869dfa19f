"""What one administrator asks for and another approves."""
