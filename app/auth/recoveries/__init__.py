"""Coming back when every factor is lost: a wait that everybody is told of, and can stop."""
