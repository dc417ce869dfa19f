"""How odd an attempt to sign in looks, in reasons that can be told."""
