"""The applications within reach of who is here: another institution's are not there."""

from app.auth.admin import guard
from app.auth.clients import registration


def client(client_id):
    """Return the client of that id. Raises NotFound: also when it is beyond reach."""
    found = registration.get(client_id)
    guard.reach().demand(found.institution)
    return found


def codes():
    """Return the codes of the institutions within reach, or None: all there are, and none."""
    return guard.reach().codes
