"""What operators do to the whole house at once."""
