"""Who is here, on which device, how surely and since when."""
