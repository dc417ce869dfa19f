"""What developers run: the launcher, the demo app, small generators. Never loaded in production."""
