"""Token exchange by staff (RFC 8693): read as a person who allows it, for some minutes.

``subject_token`` stands for the person's leave, ``actor_token`` is the staff member's own access
token at the same client, which answers for ``ISSUER/support``. What comes reads the bank and no
more, names both (§4.1), and ends with the leave, the staff member's session, or their role.
"""

from flask import current_app

from app.auth.accounts import lookup as people
from app.auth.audit import events, trail
from app.auth.consents import scopes
from app.auth.oauth import errors, issuing
from app.auth.oauth.checks import authorization_details
from app.auth.oauth.grants import token_exchange
from app.auth.oauth.grants.token_exchange import ACCESS_TOKEN, JWT, TokenExchangeGrant
from app.auth.sessions import assurance
from app.auth.staff import leaves
from app.auth.support import acting
from app.auth.tokens import access, lookup, owner
from app.foundation.logs import log

LEAVE = "urn:portaria:params:oauth:token-type:leave"


class DelegationGrant(TokenExchangeGrant):
    """A person's leave and a staff member's token, for a token that reads."""

    @classmethod
    def check_token_endpoint(cls, request):
        """Is it this kind of exchange?"""
        mine = request.form.get("subject_token_type") == LEAVE
        return mine and request.form.get("grant_type") == cls.GRANT_TYPE

    def validate_token_request(self):
        """Authenticate the client; judge leave and actor; settle target and scope.

        Raises Refused, the same whatever is wrong with either token (§2.2.2).
        """
        form, client = self.request.form, self.authenticate_token_endpoint_client()
        support = f"{current_app.config['ISSUER']}/support"
        if not client.check_grant_type(self.GRANT_TYPE) or not lookup.serves(client, support):
            raise errors.UnauthorizedClient
        authorization_details.refuse(form)
        if form.get("requested_token_type") not in {None, "", ACCESS_TOKEN}:
            raise errors.InvalidRequest("The requested_token_type must be that of an access token.")
        if form.get("actor_token_type") not in {ACCESS_TOKEN, JWT}:
            raise errors.InvalidRequest("The actor_token_type must be that of an access token.")
        self.actor = _actor(form.get("actor_token") or "", client)
        self.leave = _leave(form.get("subject_token") or "", self.actor)
        self.target = self._target()
        readable = scopes.readable(self.target.removeprefix(_bank()).strip("/"))
        self.scope = token_exchange.narrowed(form.get("scope"), readable, client)
        self.request.client = client

    def create_token_response(self):
        """Answer with an access token alone (§2.2.1), for the record."""
        client, person = self.request.client, people.by_id(self.leave.user_id)
        told = {"client": client.client_id, "scope": self.scope, "leave": self.leave.id}
        log.info("token exchanged by staff", audience=self.target, **told)
        trail.record(events.SUPPORT_READ, actor=self.actor["sub"], subject=person.sub, data=told)
        who = (self.leave, person, self.actor)
        answer = issuing.acting(who, client, self.scope, self.target)
        answer["issued_token_type"] = ACCESS_TOKEN
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _target(self):
        """The bank, or one room of it that can be read. Raises InvalidTarget."""
        form = self.request.form
        named = {name for name in (*form.getlist("resource"), form.get("audience")) if name}
        rooms = {f"{_bank()}/{room}" for room in scopes.READ_ROOMS}
        if len(named) > 1 or not named <= {_bank(), *rooms}:
            raise errors.InvalidTarget
        return named.pop() if named else _bank()


def _actor(value, client):
    """The claims of a staff member's own live token at ``client``. Raises InvalidSubject."""
    claims = access.read(value)
    if claims is None or access.GRANT not in claims or "act" in claims:
        raise errors.InvalidSubject
    if claims["client_id"] != client.client_id or owner.of(claims) is None:
        raise errors.InvalidSubject
    if current_app.config["APP_ENV"] != "development" and not assurance.satisfies(
        claims.get("acr"), (assurance.TWO_FACTORS,)
    ):
        raise errors.InvalidSubject
    return claims


def _leave(shown, actor):
    """The person's leave to this ``actor``, while it stands. Raises InvalidSubject."""
    leave = acting.find(shown)
    if leave is None or leave.staff_sub != actor["sub"] or not leaves.stands(leave):
        raise errors.InvalidSubject
    return leave


def _bank():
    return current_app.config["BANK_AUDIENCE"]
