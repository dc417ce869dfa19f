"""What the bank has to tell people, kept with the deed it tells of and handed over beside it."""
