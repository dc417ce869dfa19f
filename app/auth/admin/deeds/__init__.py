"""What people approved and refused, and the proof of it."""
