"""The Authlib server and everything registered on it, as one list."""

import json

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.requests import OAuth2Payload, OAuth2Request
from flask import current_app, request
from flask.wrappers import Response

from app.auth.clients import registry
from app.auth.database import db
from app.auth.oauth import errors, explaining
from app.auth.oauth.client_auth import registry as client_auth
from app.auth.oauth.grants.authorization_code import AuthorizationCodeGrant
from app.auth.oauth.grants.client_credentials import ClientCredentialsGrant
from app.auth.oauth.grants.delegation import DelegationGrant
from app.auth.oauth.grants.device_code import DeviceCodeGrant
from app.auth.oauth.grants.refresh_token import RefreshTokenGrant
from app.auth.oauth.grants.token_exchange import TokenExchangeGrant
from app.auth.oauth.introspection import Introspection
from app.auth.oauth.revocation import Revocation
from app.foundation import limits

_encode = json.JSONEncoder().encode  # Flask's own makes a new encoder for each answer

GRANTS = (
    AuthorizationCodeGrant,
    RefreshTokenGrant,
    ClientCredentialsGrant,
    DeviceCodeGrant,
    DelegationGrant,  # before the one whose name it shares
    TokenExchangeGrant,
)
ENDPOINTS = (Introspection, Revocation)


class FormPayload(OAuth2Payload):
    """The parameters of the body alone: Authlib's own also takes the query's."""

    def __init__(self, form):
        self._form = form

    @property
    def data(self):
        return self._form

    @property
    def datalist(self):
        return {name: self._form.getlist(name) for name in self._form}


class FormRequest(OAuth2Request):
    """A form posted to an endpoint of the protocol."""

    def __init__(self, flask_request):
        # TLS is the proxy's and the settings' matter (`config.py`): the parent's own look at the
        # address refuses an http hop behind a proxy with an error outside every handler.
        self.method = flask_request.method
        self.uri = flask_request.path
        self.headers = flask_request.headers
        self.payload = FormPayload(flask_request.form)
        self.client = self.auth_method = self.user = None
        self.authorization_code = self.refresh_token = self.credential = self._scope = None

    @property
    def form(self):
        return self.payload.data


class Server(AuthorizationServer):
    """Authlib's server, on our clients, our rows and our errors. One an application."""

    def __init__(self):
        super().__init__()
        for grant in GRANTS:
            self.register_grant(grant)
        for endpoint in ENDPOINTS:
            self.register_endpoint(endpoint)

    @property
    def grant_types(self):
        """The grant types registered, for discovery."""
        return list(dict.fromkeys(grant.GRANT_TYPE for grant, _extensions in self._token_grants))

    def query_client(self, client_id):
        return registry.find(client_id)

    def authenticate_client(self, request, methods, endpoint="token"):
        client = client_auth.authenticate(request, methods)
        limits.hit(endpoint, client.client_id, current_app.config["CLIENT_RATE_LIMIT"])
        registry.touch(client)
        return client

    def get_token_grant(self, request):
        for grant, _extensions in self._token_grants:
            if grant.check_token_endpoint(request):
                return grant(request, self)
        raise errors.UnsupportedGrantType

    def create_token_response(self, request=None):
        form = self.create_oauth2_request(request)
        try:
            grant = self.get_token_grant(form)
            grant.validate_token_request()
            return self.handle_response(*grant.create_token_response())
        except errors.Refused as error:
            return self.handle_error_response(form, error)

    def create_oauth2_request(self, _request):
        return FormRequest(request)

    def handle_response(self, status_code, payload, headers):
        body = _encode(payload) if isinstance(payload, dict) else payload
        return Response(body, status=status_code, headers=headers)

    def handle_error_response(self, request, error):
        """Answer ``error``; what was written goes unless the error says it stays."""
        if not getattr(error, "keep", False):
            db.session.rollback()
        explaining.keep(error)
        return super().handle_error_response(request, error)

    def send_signal(self, name, *args, **kwargs):
        """Nobody listens."""


def current():
    """Return the :class:`Server` of the application at work."""
    return current_app.extensions["oauth"]
