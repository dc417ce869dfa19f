"""The sealing keys of this house, turned over and put away."""
