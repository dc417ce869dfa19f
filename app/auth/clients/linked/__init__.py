"""What a client's description links to, fetched when it registers."""
