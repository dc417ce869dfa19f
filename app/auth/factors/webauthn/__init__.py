"""What WebAuthn itself says: the ceremonies of a passkey, and what is known of its makers."""
