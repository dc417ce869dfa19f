"""Banks and fintechs, and who may do what for them."""
