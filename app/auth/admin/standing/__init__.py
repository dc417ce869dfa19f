"""How this server stands: its settings, its permissions, its health."""
