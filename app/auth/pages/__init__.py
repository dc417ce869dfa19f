"""Hosted pages: one file per page or pair of pages, thin."""
