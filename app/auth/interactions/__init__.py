"""The journey: what must still happen before the answer. The only thing the doors share."""
