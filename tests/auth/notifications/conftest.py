"""A mail server, and a house that sends its mail there."""

import pytest

from app.auth.database import db
from app.auth.notifications import post
from app.foundation.database import kept
from tests.support.post_office import PostOffice

ANA = "ana@example.com"


@pytest.fixture
def office(tmp_path):
    """A real SMTP server."""
    with PostOffice(tmp_path) as server:
        yield server


@pytest.fixture
def house(create_house, office):
    """An authorization server that sends its mail there; a context is open."""
    app = create_house("auth", **office.settings)
    with app.app_context():
        yield app


@pytest.fixture
def write():
    """Put a mail to Ana in the outbox and keep it; return its id."""

    def put(message="confirm_email", address=ANA, **context):
        context = context or {"code": "493027", "minutes": 10}
        with kept(db):
            return post.mail(message, address, **context)

    return put
