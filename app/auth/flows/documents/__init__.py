"""What the existing client documents do: the same pipeline as the pages, without a browser."""
