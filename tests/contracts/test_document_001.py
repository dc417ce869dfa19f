"""Document 001, replayed: what it prints is sent, and what it prints comes back."""

import pytest

from app.auth.accounts import registration
from app.auth.accounts.registration import NewPerson
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.api.phone import claims
from tests.contracts import printed
from tests.support.marks import mission

SIGN_IN, OWN_DATA, RENEWAL = printed.exchanges("001")


@pytest.fixture
def pair(server, phone):
    """What the printed sign-in is answered with."""
    person = NewPerson(**SIGN_IN.body, name="John Doe", verified=True)
    with server.app_context(), kept(db):
        registration.create(person, any_password=True)  # the printed one is shorter than ours are
    answer = phone.call(SIGN_IN.method, SIGN_IN.path, SIGN_IN.body)
    [said] = SIGN_IN.answers
    assert answer.status_code == said.status
    assert answer.mimetype == SIGN_IN.headers["Content-Type"]
    assert list(printed.differs(answer.json, said.body)) == []
    return answer.json


@mission("S31", "S32", "S33", "S51", "S52", "C2", "C4", "A13-1")
def test_the_sign_in(pair):
    access, refresh = printed.payloads("001")
    given = claims(pair["access_token"])

    assert list(printed.differs(given, access | {"name": given["name"]})) == []
    assert given["name"] == access["name"]
    assert given["exp"] - given["iat"] == access["exp"] - access["iat"] == 900
    given = claims(pair["refresh_token"])
    assert list(printed.differs(given, refresh)) == []
    assert given["exp"] - given["iat"] == 30 * 86400  # the text: the example has sixty days (C4)


@mission("S34", "S35", "A13-3")
def test_ones_own_data(phone, pair):
    shown = OWN_DATA.headers["Authorization"].replace("<token de acesso>", pair["access_token"])

    answer = phone.call(OWN_DATA.method, OWN_DATA.path, Authorization=shown)

    assert answer.status_code == 200


@mission("S36", "C9", "A13-2")
def test_the_renewal(phone, pair):
    [said] = RENEWAL.answers
    sent = RENEWAL.body | {"refresh_token": pair["refresh_token"]}

    answer = phone.call(RENEWAL.method, RENEWAL.path, sent)

    assert answer.status_code == said.status
    assert list(printed.differs(answer.json, said.body)) == []
