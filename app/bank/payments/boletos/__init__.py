"""Boletos: what a typed line or a scanned barcode says, and whether its check digits agree."""
