"""People in the back office: found, seen masked, and kept safe."""
