"""This house's gate: each room is a part of the bank, ``BANK_AUDIENCE/<room>`` (RFC 8707 §2)."""

from app.bank import problems
from app.resource_server import ResourceServer, Trust

bank = ResourceServer()


def init_app(app, rooms, transport=None):
    """Trust the issuer of the settings for ``rooms``.

    transport: an httpx transport to the issuer when it lives in this process; else the network.
    """
    trust = Trust(
        issuer=app.config["ISSUER"],
        audience=app.config["BANK_AUDIENCE"],
        client_id=app.config["BANK_CLIENT_ID"],
        client_secret=app.config["BANK_CLIENT_SECRET"],
        leeway_seconds=app.config["CLOCK_LEEWAY_SECONDS"],
        live_seconds=app.config["INTROSPECTION_CACHE_SECONDS"],
    )
    bank.init_app(app, trust, transport=transport, answer=problems.answer, parts=rooms)
