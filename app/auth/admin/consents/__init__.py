"""What people allowed apps: seen, and taken back in their stead."""
