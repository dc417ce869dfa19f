"""Where an internet address is, roughly: read from a local file where one is configured.

Nothing is asked of anybody. Without ``PLACES_FILE`` no address has a place.
"""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

import maxminddb
from flask import current_app

EARTH_KM = 6371


class Place(NamedTuple):
    """A town and a country, by name; where they are, in degrees."""

    town: str | None
    country: str | None
    latitude: float
    longitude: float


def of(address):
    """Return the :class:`Place` of an internet address, or None where it is not known."""
    path = current_app.config["PLACES_FILE"]
    if not path or not address:
        return None
    try:
        found = _file(path).get(address)
    except ValueError:  # no address, or not one of the file's kind
        return None
    where = (found or {}).get("location", {})
    if "latitude" not in where or "longitude" not in where:
        return None
    country = found.get("country", {}).get("iso_code")
    return Place(_name(found.get("city")), country, where["latitude"], where["longitude"])


def named(address):
    """Return the place of an address as people write it, such as ``Recife, BR``, or None."""
    place = of(address)
    return place and (", ".join(filter(None, (place.town, place.country))) or None)


def distance_km(here, there):
    """Return the way between two places as a bird flies, in km."""
    rise = radians(there.latitude - here.latitude) / 2
    turn = radians(there.longitude - here.longitude) / 2
    flat = cos(radians(here.latitude)) * cos(radians(there.latitude))
    return 2 * EARTH_KM * asin(min(1, sqrt(sin(rise) ** 2 + flat * sin(turn) ** 2)))


@lru_cache(maxsize=2)
def _file(path):
    return maxminddb.open_database(path, maxminddb.MODE_MMAP)  # shared by the processes


def _name(thing):
    names = (thing or {}).get("names", {})
    return names.get("pt-BR") or names.get("en")
