"""Every page that is pictured and looked at, with the walk to it."""

from dev import (
    back_office,
    gallery,
    gallery_codes,
    gallery_guard,
    gallery_institutions,
    gallery_lost,
    gallery_payments,
    gallery_people,
    gallery_places,
    gallery_record,
)

ROOMS = (
    gallery,
    gallery_codes,
    gallery_lost,
    gallery_payments,
    gallery_people,
    back_office,
    gallery_guard,
    gallery_record,
    gallery_institutions,
    gallery_places,
)
PAGES = {name: walk for room in ROOMS for name, walk in room.PAGES.items()}

# A walk that ends in a code is gone many times, from one address.
MANY_CODES = {"CODES_PER_NETWORK": 10_000, "SMS_PER_NETWORK": 10_000}
