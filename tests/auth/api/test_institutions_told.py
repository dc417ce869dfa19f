"""Document 004's tokens name a person's institutions, as they are when each token is made."""

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.institutions import directory, members
from app.foundation.database import kept
from tests.auth.api import nest
from tests.auth.api.phone import claims
from tests.support import factories
from tests.support.marks import mission


@mission("S57", "S58", "A13-18")
def test_several_institutions_are_told_and_a_removal_from_the_next_refresh_on(phone, server):
    ana = factories.person(server, name="Ana Souza", verified=True)
    codes = [nest.new_address().partition("@")[0].lower() for _ in range(3)]
    with server.app_context(), kept(db):
        person = lookup.by_email(ana.email)
        for code in codes:
            directory.create(code, code)
            members.admit(person, code)
    pair = nest.login(phone, ana.email, ana.password).json
    assert claims(pair["access_token"])["institutions"] == sorted(codes)

    with server.app_context(), kept(db):
        members.release(lookup.by_email(ana.email), codes[0])
    renewed = phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).json

    assert claims(renewed["access_token"])["institutions"] == sorted(codes[1:])
    me = phone.call("GET", "/auth/me", token=renewed["access_token"]).json
    assert me["institutions"] == sorted(codes[1:])
