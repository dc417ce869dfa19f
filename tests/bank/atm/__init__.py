"""Cash at machines and agents."""
