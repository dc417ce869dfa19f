"""Document 002, replayed: what it prints is sent, and what it prints comes back.

Only the codes are not the printed ones: they are those that were mailed.
"""

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.factors import one_time_codes
from app.foundation.database import kept
from tests.auth.api import newcomers
from tests.contracts import printed
from tests.support.marks import mission

JOIN = printed.exchange("002", "/api/signup")
ACTIVATE = printed.exchange("002", "/api/signup/activate")
SIGN_IN = printed.exchange("002", "/api/login")
VERIFY = printed.exchange("002", "/api/login/verify-mfa")
FORGET = printed.exchange("002", "/api/forgot-password")
RESET = printed.exchange("002", "/api/reset-password")
EMAIL = JOIN.body["email"]
FAULTS = {  # what each printed error comes of
    "Email já cadastrado": {},
    "CPF inválido": {"cpf": "1234567890"},
    "Menor de 18 anos": {"birthDate": "2020-01-15"},
}


def send(phone, exchange, **other):
    """Send what is printed, with ``other`` members in their place."""
    assert other.keys() <= exchange.body.keys()
    kind = exchange.headers
    return phone.call(exchange.method, exchange.path, exchange.body | other, **kind)


def is_as_printed(answer, said):
    """Fail unless ``answer`` has the status, the members and the sentences that are printed."""
    assert answer.status_code == said.status
    assert answer.mimetype == "application/json"
    assert list(printed.differs(answer.json, said.body)) == []


@pytest.fixture
def activated(server, phone, held_clock):
    """The person of the document, joined and activated as it prints, a minute ago."""
    is_as_printed(send(phone, JOIN), JOIN.answers[0])
    code = newcomers.code(server, EMAIL)
    assert len(code) == len(ACTIVATE.body["code"])
    is_as_printed(send(phone, ACTIVATE, code=code), ACTIVATE.answers[0])
    held_clock.shift(61)


@mission("S14", "S15", "S24", "S39", "C2", "A13-4", "A13-5", "A13-6")
def test_joining_activating_and_signing_in(phone, activated):
    without, _ = SIGN_IN.answers

    answer = send(phone, SIGN_IN)

    is_as_printed(answer, without)
    assert answer.json.keys() == without.body.keys()
    assert answer.json["user"].keys() == without.body["user"].keys()
    told = without.body["user"] | {"id": answer.json["user"]["id"]}
    assert answer.json["user"] == told


@mission("S40", "S41", "C8", "A13-6", "A13-7")
def test_signing_in_with_a_mailed_code(server, phone, activated):
    without, with_code = SIGN_IN.answers
    [said] = VERIFY.answers
    with server.app_context(), kept(db):
        one_time_codes.enable(lookup.by_email(EMAIL).id, "email_code")

    is_as_printed(send(phone, SIGN_IN), with_code)
    answer = send(phone, VERIFY, code=newcomers.code(server, EMAIL))

    is_as_printed(answer, said._replace(body=said.body | {"user": without.body["user"]}))


@mission("S63", "S64", "C13", "A13-8", "A13-9")
def test_a_forgotten_password(server, phone, activated):
    is_as_printed(send(phone, FORGET), FORGET.answers[0])
    is_as_printed(send(phone, RESET, code=newcomers.code(server, EMAIL)), RESET.answers[0])

    assert send(phone, SIGN_IN).status_code == 401
    assert send(phone, SIGN_IN, password=RESET.body["newPassword"]).status_code == 200


@mission("S16", "S17", "S18", "A13-4")
@pytest.mark.parametrize(("status", "sentence"), JOIN.errors)
def test_each_printed_error(phone, activated, status, sentence):
    answer = send(phone, JOIN, **FAULTS[sentence])

    assert (answer.status_code, answer.json["message"]) == (status, sentence)
