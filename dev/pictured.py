"""Every page that is pictured and looked at, with the walk to it."""

from dev import back_office, gallery, gallery_codes, gallery_lost, gallery_payments

PAGES = gallery.PAGES | gallery_codes.PAGES | gallery_lost.PAGES
PAGES |= gallery_payments.PAGES | back_office.PAGES

# A walk that ends in a code is gone many times, from one address.
MANY_CODES = {"CODES_PER_NETWORK": 10_000, "SMS_PER_NETWORK": 10_000}
