"""The back office, server-rendered: for administrators alone."""
