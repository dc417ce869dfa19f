"""Browsers without a face: each visit is one request with that browser's own id."""

from contextlib import contextmanager

import pytest
from flask import g

from app.auth.database import db
from app.foundation import ids
from app.foundation.database import kept


class Browser:
    """One browser; ``visit`` is one request of it, kept when it ends well."""

    def __init__(self, app):
        self.app, self.id = app, ids.secret()

    @contextmanager
    def visit(self, presence=None):
        """Come by, with ``presence`` for whoever is signed in here."""
        cookie = {"Cookie": f"browser_3000={self.id}"}
        with self.app.test_request_context("/", headers=cookie), kept(db):
            g.presence = presence
            yield


@pytest.fixture
def new_browser(auth_app):
    """Make browsers: ``new_browser()``."""
    return lambda: Browser(auth_app)


@pytest.fixture
def browser(new_browser):
    """The browser that begins the journey."""
    return new_browser()
