"""The bank's public keys, by which its word on a deed is known (``BANK_KEYS_URL``)."""

from functools import cached_property

import httpx
from flask import current_app

from app.auth.database import db
from app.auth.keys import jose
from app.foundation import database, tracing
from app.foundation.problems import Unavailable
from app.resource_server.errors import IssuerAway
from app.resource_server.issuer import Issuer
from app.resource_server.jwks import Keys


class Bank(Issuer):
    """The bank, of which one address is known: where its keys are."""

    def endpoint(self, name):
        """Return it, whatever is asked for."""
        return self.url


class BankKeys:
    """The keys of one application's bank; nothing is fetched before somebody needs one."""

    def __init__(self, told, usual, transport=None):
        """Point at the address that was told (str, may be empty), else at the usual one."""
        self.told, self.url, self.transport = told, told or usual, transport

    def within(self, application):
        """Ask the WSGI ``application`` in this process, unless another bank's address was told."""
        if not self.told:
            self.transport = httpx.WSGITransport(app=application)

    @cached_property
    def _keys(self):
        return Keys(Bank(self.url, tracing.carrying(current_app, self.transport)))

    def find(self, kid):
        """Return the key named ``kid``, or None. Raises Unavailable: when nobody can say.

        What the request has read is let go: no transaction waits for the network.
        """
        database.let_go(db)
        try:
            return self._keys.find(kid)
        except IssuerAway as away:
            raise Unavailable(detail="the bank's keys cannot be had") from away


def init_app(app, transport=None):
    """Let ``app`` know its bank; nothing is fetched here."""
    settings = app.config
    usual = f"{settings['BANK_AUDIENCE']}/jwks"
    app.extensions["bank_keys"] = BankKeys(settings["BANK_KEYS_URL"], usual, transport)


def published(jws):
    """Return the key (a JWK, dict) that ``jws``, the bank's, is checked by; None: it is withdrawn.

    Asked before the request writes anything. Raises Unavailable: when nobody can say.
    """
    kid = jose.split(jws)[0]["kid"]
    key = current().find(kid)
    return key and key.as_dict(private=False) | {"kid": kid}


def current():
    """Return the :class:`BankKeys` of the application at work."""
    return current_app.extensions["bank_keys"]
