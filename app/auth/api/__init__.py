"""The first-party JSON door: the wire of the existing client documents, no rules of its own."""
