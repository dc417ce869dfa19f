"""The existing client documents, word for word: what they print is what is asked and answered."""
