"""The provider that the settings name."""

from flask import current_app

from app.bank.payments.providers.http import Nobody, OverHttp
from app.foundation import clock

REST_SECONDS = 5  # that people's requests leave a provider alone that did not answer

_EXTENSION = "payment_provider"
_RESTS_UNTIL = "payment_provider_rests_until"


def init_app(app):
    """Let ``app`` pay through the provider of its settings; nothing is asked here."""
    url = app.config["PROVIDER_URL"]
    provider = OverHttp(url, app.config["PROVIDER_TOKEN"]) if url else Nobody()
    app.extensions[_EXTENSION] = provider
    app.extensions[_RESTS_UNTIL] = 0.0


def provider():
    """Return the :class:`interface.Provider` of the application at work."""
    return current_app.extensions[_EXTENSION]


def is_named():
    """Do the settings name a provider?"""
    return bool(current_app.config["PROVIDER_URL"])


def rest():
    """Note that the provider did not answer."""
    current_app.extensions[_RESTS_UNTIL] = clock.ticks() + REST_SECONDS


def is_resting():
    """Did the provider fail to answer a moment ago, in this process?"""
    return clock.ticks() < current_app.extensions[_RESTS_UNTIL]
