"""What this house keeps sealed, all of it, so that a sealing key can be put away."""
