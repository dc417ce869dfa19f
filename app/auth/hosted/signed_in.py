"""What the pages of somebody signed in have in common: who it is, and a token for their forms."""

from app.auth.hosted import shell
from app.auth.sessions import browser
from app.foundation import csrf, words


def page():
    """Return what their layout needs."""
    return {
        "csrf_token": csrf.token(browser.id(), _purpose()),
        "who": shell.name_of(browser.presence()),
        "zone": words.zone_name(),
    }


def check_token():
    """Let a form of such a page through, or raise csrf.Stale (ASVS 3.5.1)."""
    csrf.check(browser.id(), _purpose())


def _purpose():
    return f"account {browser.presence().session_id}"
