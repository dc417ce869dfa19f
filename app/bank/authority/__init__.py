"""The authorization server as the bank asks it: who somebody is, and to tell them something."""
