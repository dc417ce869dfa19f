"""Cofrinho: a separate, real OAuth client. It meets Portaria over HTTP and imports none of it."""
