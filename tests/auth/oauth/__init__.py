"""The protocol, proved over HTTP."""
