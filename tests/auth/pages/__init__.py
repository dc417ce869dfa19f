"""The hosted pages, through the door: a browser without a face."""
