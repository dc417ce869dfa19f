"""Who of ours may do what in the back office, and in which institutions."""
