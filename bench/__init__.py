"""The benchmark: the real server under load, beside the physical floor of the same run."""
