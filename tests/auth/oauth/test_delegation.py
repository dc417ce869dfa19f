"""Staff read as a person who allows it, by token exchange with both named (RFC 8693)."""

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from flask import g
from sqlalchemy import delete

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.clients.members import CODE, EXCHANGE
from app.auth.database import db
from app.auth.flows.account import close_account, disown_session
from app.auth.flows.contacts import recover
from app.auth.flows.people import acting as flow
from app.auth.flows.people import locking
from app.auth.institutions import roles
from app.auth.institutions.models import UserRole
from app.auth.oauth.grants.delegation import LEAVE
from app.auth.support import acting
from app.auth.tokens import ending
from app.foundation import clock
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import stage
from tests.auth.oauth.exchanges import (
    ACCESS_TOKEN,
    BANK,
    ISSUER,
    PAYMENTS,
    REPORTS,
    WALLET,
    api,
    exchanged,
)
from tests.support import factories, steps
from tests.support.marks import abuse, mission, rfc

SCOPE = "openid profile wallet:read reports:read wallet:transfer"
WHY = "atendimento CH-2026-000123"


class Helping:
    """Sol of support, her console, and Ana who is helped."""

    def __init__(self, server, browser, ana):
        self.server, self.browser, self.ana = server, browser, ana
        self.console = self.app_for(f"{ISSUER}/support")
        self.bank = api(server, BANK)
        self.sol = self.staff("Sol Prado")
        self.token = self.token_of(self.sol)

    def app_for(self, *audiences, **more):
        """Register an app in which people sign in and that exchanges tokens."""
        return factories.app(
            self.server,
            grant_types=[CODE, EXCHANGE],
            audiences=list(audiences),
            scope=SCOPE,
            **more,
        )

    def staff(self, name):
        """Return somebody of support."""
        person = factories.person(self.server, name=name)
        with self.server.app_context(), kept(db):
            roles.ensure()
            roles.give(lookup.by_sub(person.sub), ["support"])
        return person

    def token_of(self, person, console=None):
        """Sign a person in at the console; return their own access token."""
        browser = self.server.test_client()
        return steps.tokens(browser, console or self.console, person, scope="openid")[
            "access_token"
        ]

    def asked(self, minutes=15):
        """Sol asks Ana; return the id of what she is asked for."""
        with self.server.test_request_context(), kept(db):
            return flow.ask(self.ana.sub, WHY, minutes, by=self.sol.sub).id

    def allowed(self, minutes=15):
        """Sol asks and Ana allows it; return the handle."""
        asked = self.asked(minutes)
        self.do(lambda ana: acting.allow(ana, asked))
        with self.server.app_context():
            return acting.handle(acting.one(asked))

    def do(self, deed):
        """Do something to Ana's account, and keep it."""
        with self.server.test_request_context(), kept(db):
            return deed(lookup.held(lookup.by_sub(self.ana.sub).id))

    def here(self, deed):
        """Do something as Ana, in a browser where she is signed in, and keep it."""
        with self.server.test_request_context(), kept(db):
            ana = lookup.by_sub(self.ana.sub)
            g.presence = stage.come_in(ana)
            deed(ana.id)

    def reset(self):
        """Ana, who forgot her password, makes another."""
        with self.server.test_request_context(), kept(db):
            ana = lookup.by_sub(self.ana.sub)
            ana.email_verified_at = clock.now()
            link = one_time.issue(recover.PURPOSE, ana.id, ana.email, link=True).link
            recover.by_link(link, "nuvem de algodao doce", Guesser("203.0.113.7", "browser"))

    def exchange(self, handle, app=None, **changed):
        """Trade ``handle`` and Sol's token; return the response."""
        fields = {
            "grant_type": EXCHANGE,
            "subject_token_type": LEAVE,
            "subject_token": handle,
            "actor_token_type": ACCESS_TOKEN,
            "actor_token": self.token,
        }
        return steps.post(self.browser, app or self.console, "/oauth/token", **fields | changed)

    def reading(self, **changed):
        """Return a token by which Sol reads as Ana."""
        answer = self.exchange(self.allowed(), **changed)
        assert answer.status_code == 200, answer.text
        return answer.json["access_token"]

    def known(self, token):
        """Return what the bank is told of ``token``."""
        return steps.introspect(self.browser, self.bank, token).json


@pytest.fixture
def helping(server, browser, ana):
    """The three."""
    return Helping(server, browser, ana)


@mission("S84")
@rfc("8693", "4.1")
def test_the_token_names_both_and_reads_alone(helping):
    answer = helping.exchange(helping.allowed())

    assert answer.status_code == 200, answer.text
    claims = steps.claims_of(answer.json["access_token"])
    assert claims["sub"] == helping.ana.sub
    assert claims["act"] == {"iss": ISSUER, "sub": helping.sol.sub}
    assert (claims["aud"], claims["scope"]) == (BANK, "wallet:read reports:read")
    assert claims["client_id"] == helping.console.client_id
    assert answer.json["issued_token_type"] == ACCESS_TOKEN
    assert {"refresh_token", "id_token"}.isdisjoint(answer.json)
    told = helping.known(answer.json["access_token"])
    assert (told["active"], told["act"]["sub"]) == (True, helping.sol.sub)
    assert steps.userinfo(helping.browser, answer.json["access_token"]).status_code == 403


@rfc("8693", "2.1")
@pytest.mark.parametrize(
    ("target", "scope"), [(WALLET, "wallet:read"), (REPORTS, "reports:read"), (BANK, None)]
)
def test_it_is_for_one_room_where_that_is_asked(helping, target, scope):
    claims = steps.claims_of(helping.reading(resource=target))

    assert claims["aud"] == target
    assert claims["scope"] == (scope or "wallet:read reports:read")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"scope": "wallet:transfer"}, "invalid_scope"),
        ({"scope": "wallet:read wallet:transfer"}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"resource": PAYMENTS}, "invalid_target"),
        ({"resource": ISSUER}, "invalid_target"),
        ({"resource": [WALLET, REPORTS]}, "invalid_target"),
        ({"actor_token": None}, "invalid_request"),
        ({"actor_token": "x.y.z"}, "invalid_request"),
        ({"actor_token_type": None}, "invalid_request"),
        (
            {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
            "invalid_request",
        ),
        ({"subject_token": "dlg_0000000000000000000000000.aa"}, "invalid_request"),
        ({"subject_token": "é"}, "invalid_request"),
        ({"subject_token": None}, "invalid_request"),
    ],
)
def test_nothing_wider_and_nothing_else(helping, changed, error):
    answer = helping.exchange(helping.allowed(), **changed)

    assert answer.status_code == 400
    assert answer.json["error"] == error


@abuse("T-13")
def test_only_a_support_console_may_ask(helping, server):
    handle = helping.allowed()
    plain = helping.app_for(BANK)
    without = factories.app(server)

    for app in (plain, without):
        steps.refused(helping.exchange(handle, app), "unauthorized_client")


@abuse("G-07")
def test_nobody_elses_token_serves(helping):
    handle = helping.allowed()
    other = helping.staff("Otto Prado")
    elsewhere = helping.app_for(f"{ISSUER}/support")

    for token in (
        helping.token_of(other),
        helping.token_of(helping.ana),
        helping.token_of(helping.sol, elsewhere),
    ):
        assert helping.exchange(handle, actor_token=token).status_code == 400
    answer = helping.exchange(handle)
    acting_token = answer.json["access_token"]
    assert helping.exchange(handle, actor_token=acting_token).status_code == 400


def test_what_is_not_allowed_yet_or_was_refused_gives_nothing(helping):
    asked = helping.asked()
    with helping.server.app_context():
        handle = acting.handle(acting.one(asked))

    assert helping.exchange(handle).status_code == 400
    helping.do(lambda ana: acting.refuse(ana, asked))
    assert helping.exchange(handle).status_code == 400
    with pytest.raises(acting.Over):
        helping.do(lambda ana: acting.allow(ana, asked))


ENDINGS = {
    "the person ends it": lambda h: h.do(lambda ana: ending.leave(ana, by=ana.sub)),
    "the person leaves": lambda h: h.do(lambda ana: close_account.now(ana.id)),
    "the person says it was not them": lambda h: h.here(disown_session.now),
    "the password is replaced": lambda h: h.reset(),
    "staff ends it": lambda h: h.do(lambda ana: flow.end_by_staff(ana.sub, by=h.sol.sub)),
    "the person is locked": lambda h: h.do(lambda ana: locking.lock(ana.sub, by="operator")),
    "staff is locked": lambda h: h.do(lambda ana: locking.lock(h.sol.sub, by="operator")),
    "staff signs out": lambda h: h.do(
        lambda ana: ending.session(steps.claims_of(h.token)["sid"], "signed_out")
    ),
    "the role is taken": lambda h: h.do(
        lambda ana: db.session.execute(
            delete(UserRole).where(UserRole.user_id == lookup.by_sub(h.sol.sub).id)
        )
    ),
}


@abuse("M-15", "F-19")
@mission("S84")
@pytest.mark.parametrize("way", ENDINGS)
def test_when_it_ends_its_tokens_are_dead_at_once(helping, way):
    handle = helping.allowed()
    token = helping.exchange(handle).json["access_token"]
    assert helping.known(token)["active"]

    ENDINGS[way](helping)

    assert helping.known(token) == {"active": False}
    assert helping.exchange(handle).status_code == 400


@mission("S84")
def test_nobody_is_asked_who_is_leaving(helping):
    helping.do(lambda ana: close_account.now(ana.id))

    with pytest.raises(NotFound):
        helping.asked()


def test_it_lives_no_longer_than_was_allowed(held_clock, server, browser, ana):
    helping = Helping(server, browser, ana)
    handle = helping.allowed(15)
    held_clock.shift(10 * 60)

    answer = helping.exchange(handle)

    assert 295 <= answer.json["expires_in"] <= 300
    held_clock.shift(5 * 60 + 1)
    assert helping.known(answer.json["access_token"]) == {"active": False}
    assert helping.exchange(handle).status_code == 400
    helping.asked()


def test_an_api_may_not_widen_it_by_acting_onward(helping, server):
    payments = api(server, BANK)
    token = helping.reading()

    onward = exchanged(helping.browser, payments, token, WALLET)

    claims = steps.claims_of(onward)
    assert claims["scope"] == "wallet:read"
    assert claims["act"]["act"] == {"iss": ISSUER, "sub": helping.sol.sub}
    helping.do(lambda ana: ending.leave(ana, by=ana.sub))
    assert helping.known(onward) == {"active": False}


@rfc("8693", "2.1")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_console_written_with_authlib_gets_it(helping, server):
    console = helping.console
    with OAuth2Client(
        console.client_id, console.client_secret, transport=httpx.WSGITransport(app=server)
    ) as client:
        got = client.fetch_token(
            f"{ISSUER}/oauth/token",
            grant_type=EXCHANGE,
            subject_token=helping.allowed(),
            subject_token_type=LEAVE,
            actor_token=helping.token,
            actor_token_type=ACCESS_TOKEN,
        )

    assert got["scope"] == "wallet:read reports:read"
    assert helping.known(got["access_token"])["act"]["sub"] == helping.sol.sub
