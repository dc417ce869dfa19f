"""What becomes of an application, whichever door asks."""
