"""Who carries payments out: what we ask of any, and one that is reached over HTTP (S105)."""
