"""What stands in `deploy/`: each file tried as far as it can be here."""
