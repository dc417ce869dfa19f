"""What the routes of the existing client documents say of themselves (OpenAPI 3.1)."""
