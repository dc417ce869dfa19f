"""The use cases, one file each, called by every door; each ends what it must end."""
