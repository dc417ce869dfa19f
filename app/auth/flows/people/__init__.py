"""What the bank does to a person's account: by page and by command, each for the record."""
