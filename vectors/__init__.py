"""Test vectors of the evidence that an answer to a deed leaves, and what makes them."""
