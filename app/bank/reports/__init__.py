"""Statements, history and figures of a wallet; reads only."""
