"""The protocol's door: OAuth 2.0 and OpenID Connect, on Authlib."""
