"""The existing client documents, as an old app calls them."""
