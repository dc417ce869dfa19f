"""What is known of people where institutions are looked after."""

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.institutions import members
from app.foundation import clock
from app.foundation.database import kept


@pytest.fixture
def proved(app):
    """Mark a person's e-mail address as proved: ``proved("ana")``."""

    def run(name):
        with app.app_context(), kept(db):
            lookup.by_email(f"{name}@exemplo.com.br").email_verified_at = clock.now()

    return run


@pytest.fixture
def codes_of(app):
    """The institutions of a person: ``codes_of("ana")``."""

    def run(name):
        with app.app_context():
            return members.codes(lookup.by_email(f"{name}@exemplo.com.br").id)

    return run
