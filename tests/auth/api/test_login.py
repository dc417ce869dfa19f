"""Document 002: one token of a day for a password, and the code in a second request."""

import secrets

import pytest
import time_machine

from app.auth.accounts import lookup
from app.auth.clients import documents
from app.auth.database import db
from app.auth.factors import one_time_codes
from app.auth.factors.models import Passkey
from app.auth.flows import disable_client
from app.auth.sessions.models import Session
from app.auth.tokens import ending
from app.foundation.database import kept
from tests.auth import outbox, stage
from tests.auth.api import newcomers
from tests.auth.api.newcomers import activated, sign_in
from tests.auth.api.phone import Phone, claims, header
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.marks import abuse, asvs, mission

MAILED = {"requireMfa": True, "message": "Código MFA enviado para seu email"}


def enter(phone, person, password=PASSWORD):
    """Sign in by document 002; return the answer."""
    return phone.post("/api/login", email=person.email, password=password)


def verify(phone, person, code, **more):
    """Take the second step."""
    return phone.post("/api/login/verify-mfa", email=person.email, code=code, **more)


def with_code(server, name="email_code", **told):
    """Return a person who has turned a code on; it is asked for from now on."""
    made = factories.person(server, name="Ana Souza", verified=True, **told)
    with server.app_context(), kept(db):
        assert one_time_codes.enable(made.id, name)
    return made


def wrong_for(code):
    return "000000" if code != "000000" else "111111"


@mission("S39", "S42", "S43", "C2", "C3", "C5", "A13-6")
def test_a_password_is_answered_with_one_token_of_a_day_and_who_it_is(phone):
    given = activated(phone)

    answer = sign_in(phone, given)

    assert answer.status_code == 200
    assert answer.json.keys() == {"token", "user"}
    user = answer.json["user"]
    assert user | {"id": 0} == {
        "id": 0,
        "email": given["email"],
        "firstName": "João",
        "lastName": "Silva",
        "type": "Default",
    }
    assert type(user["id"]) is int
    token = answer.json["token"]
    told = claims(token)
    assert (header(token)["alg"], header(token)["typ"]) == ("RS256", "at+jwt")
    assert told["exp"] - told["iat"] == 86_400
    assert told["scope"].split() == ["profile", "wallet:read"]
    assert told["user_id"] == user["id"]


@mission("C3", "S43")
def test_the_day_can_be_made_shorter(own_server):
    server = own_server(LEGACY_API_TOKEN_TTL=3600)
    ana = factories.person(server, verified=True)

    told = claims(enter(Phone(server), ana).json["token"])

    assert told["exp"] - told["iat"] == 3600


@mission("S43", "A14", "C3")
def test_the_token_ends_to_the_second_and_reads_ones_own_data(phone, ana):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        token = enter(phone, ana).json["token"]

        def reads():
            return phone.call("GET", "/dados-pessoais", token=token).status_code

        assert reads() == 200
        held.shift(86_399)
        assert reads() == 200
        held.shift(1)
        assert reads() == 401


@mission("C3", "S82", "C30")
def test_the_sign_in_is_in_the_list_and_its_token_ends_with_it(phone, ana, server):
    token = enter(phone, ana).json["token"]
    with server.app_context(), kept(db):
        session = db.session.get(Session, claims(token)["sid"])
        assert (session.ends_at - session.created_at).days == 1
        ending.session(session.id, "ended_from_list", offline=True)

    assert phone.call("GET", "/dados-pessoais", token=token).status_code == 401


@mission("S39")
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Ana Maria Souza", "Ana", "Maria Souza"), ("Ana", "Ana", ""), (None, "", "")],
)
def test_who_joined_by_another_door_has_a_first_and_a_last_name_too(
    phone, server, name, first, last
):
    ana = factories.person(server, name=name, verified=True)

    user = enter(phone, ana).json["user"]

    assert (user["firstName"], user["lastName"]) == (first, last)


@abuse("L-01")
@mission("A13-6")
def test_who_cannot_enter_is_told_the_same(phone, ana):
    known = enter(phone, ana, "not the password")
    unknown = phone.post("/api/login", email="nobody@example.com", password="not the password")

    assert (known.status_code, known.json) == (unknown.status_code, unknown.json)
    assert (known.status_code, known.json["error"]) == (401, "invalid_credentials")


@abuse("L-03", "L-09")
@mission("S45", "C21", "C1")
def test_the_sixth_try_is_paused_over_all_doors_and_never_for_ever(server, ana):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        home, stranger = Phone(server, "App/1", "192.0.2.1"), Phone(server, "App/2")
        assert enter(home, ana).status_code == 200
        for path in ("/api/login", "/auth", "/api/login", "/auth", "/api/login"):
            assert stranger.post(path, email=ana.email, password="wrong").status_code == 401

        for path in ("/api/login", "/auth"):
            paused = stranger.post(path, email=ana.email, password=ana.password)
            assert (paused.status_code, paused.json["error"]) == (429, "too_many_attempts")
            assert 0 < int(paused.headers["Retry-After"]) <= 900
        assert enter(home, ana).status_code == 200  # whom a stranger cannot lock out
        held.shift(901)
        assert enter(stranger, ana).status_code == 200


@abuse("L-03", "L-04")
@mission("S45")
def test_of_many_wrong_passwords_at_once_five_are_judged(own_server):
    server = own_server()
    ana = factories.person(server, verified=True)
    phone = Phone(server)

    answers = stage.all_at_once(server, lambda _: enter(phone, ana, "wrong"), 12)

    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7
    assert enter(phone, ana).status_code == 429


@mission("C27")
def test_a_document_whose_client_is_disabled_lets_nobody_in(own_server):
    server = own_server()
    ana = factories.person(server, verified=True)
    with server.app_context(), kept(db):
        disable_client.now(documents.API.client_id)

    answer = enter(Phone(server), ana)

    assert (answer.status_code, answer.json["error"]) == (403, "unauthorized_client")


@mission("S40", "S41", "S44", "C7", "C8", "A13-6", "A13-7")
def test_who_turned_mailed_codes_on_shows_one_in_a_second_request(phone, server):
    ana = with_code(server)

    first = enter(phone, ana)
    code = newcomers.code(server, ana.email)
    second = verify(phone, ana, code)
    again = verify(phone, ana, code)

    assert first.status_code == 200
    assert first.json | {"mfaToken": ""} == MAILED | {"mfaToken": ""}
    assert second.status_code == 200
    assert second.json.keys() == {"token", "user"}
    assert second.json["user"]["id"] == ana.id
    assert claims(second.json["token"])["amr"] == ["pwd", "otp", "mfa"]
    assert (again.status_code, again.json["error"]) == (401, "two_factor_invalid")


@mission("S40", "C7")
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_each_factor_has_its_sentence(own_server, language):
    server = own_server()
    phone = Phone(server)
    ana = with_code(server, "sms_code", phone="11987654321")
    rita = factories.person(server, verified=True)
    app = factories.authenticator(server, rita)

    def asked(person):
        told = {"email": person.email, "password": person.password}
        return phone.call("POST", "/api/login", told, **{"Accept-Language": language}).json

    sent, typed = asked(ana), asked(rita)

    assert sent["requireMfa"] is typed["requireMfa"] is True
    assert len({MAILED["message"], sent["message"], typed["message"]}) == 3
    assert verify(phone, rita, app.now()).status_code == 200
    assert verify(phone, ana, newcomers.code(server, "+5511987654321")).status_code == 200


@mission("C8")
def test_the_code_may_come_from_elsewhere_with_the_mfa_token_alone(phone, server):
    ana, rita = with_code(server), with_code(server)
    elsewhere = Phone(server, "Web/1", "203.0.113.50")
    token = enter(phone, ana).json["mfaToken"]
    theirs = enter(phone, rita).json["mfaToken"]
    code = newcomers.code(server, ana.email)

    for more in ({}, {"mfaToken": ""}, {"mfaToken": token[:-1] + "x"}, {"mfaToken": theirs}):
        answer = verify(elsewhere, ana, code, **more)
        assert (answer.status_code, answer.json["error"]) == (401, "two_factor_invalid")
    assert verify(elsewhere, rita, code, mfaToken=token).status_code == 401
    assert verify(elsewhere, ana, code, mfaToken=token).status_code == 200


@abuse("O-05")
@mission("S41")
def test_another_persons_code_is_never_good(phone, server):
    ana, rita = with_code(server), with_code(server)
    enter(phone, ana)
    enter(phone, rita)

    answer = verify(phone, ana, newcomers.code(server, rita.email))

    assert answer.status_code == 401
    assert verify(phone, ana, newcomers.code(server, ana.email)).status_code == 200


@asvs("6.5.5")
@mission("S44", "A14", "C8")
@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 401)])
def test_the_code_is_good_for_five_minutes_to_the_second(phone, server, seconds, status):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        ana = with_code(server)
        token = enter(phone, ana).json["mfaToken"]
        code = newcomers.code(server, ana.email)

        held.shift(seconds)

        assert verify(phone, ana, code, mfaToken=token).status_code == status


@abuse("O-04")
@mission("S41")
def test_after_five_wrong_codes_not_even_the_right_one_is_judged(phone, server):
    ana = with_code(server)
    enter(phone, ana)
    code = newcomers.code(server, ana.email)

    answers = [verify(phone, ana, wrong_for(code)).status_code for _ in range(5)]
    last = verify(phone, ana, code)

    assert answers == [401] * 5
    assert (last.status_code, last.json["error"]) == (429, "too_many_attempts")


@abuse("O-05")
@mission("S41")
def test_of_many_wrong_codes_at_once_five_are_judged(own_server):
    server = own_server()
    ana = with_code(server)
    phone = Phone(server)
    token = enter(phone, ana).json["mfaToken"]
    code = newcomers.code(server, ana.email)

    def guess(number):
        there = Phone(server, f"App/{number}", f"203.0.{number}.1")
        return verify(there, ana, wrong_for(code), mfaToken=token)

    answers = stage.all_at_once(server, guess, 12)

    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7
    assert verify(phone, ana, code).status_code == 429


@abuse("O-08")
def test_the_mfa_token_is_no_token(phone, server):
    ana = with_code(server)
    token = enter(phone, ana).json["mfaToken"]

    for path in ("/dados-pessoais", "/oauth/userinfo"):
        assert phone.call("GET", path, token=token).status_code == 401
    with server.app_context():
        assert db.session.query(Session).filter_by(user_id=ana.id).count() == 0


@mission("A13-7")
def test_without_a_password_before_there_is_nothing_to_verify(phone, server, ana):
    with_one = with_code(server)

    told = [verify(phone, each, "123456") for each in (ana, with_one)]
    told.append(phone.post("/api/login/verify-mfa", email="nobody@example.com", code="123456"))

    assert {(a.status_code, a.json["error"]) for a in told} == {(401, "two_factor_invalid")}
    assert len({a.data for a in told}) == 1


@mission("C7")
def test_who_has_a_passkey_alone_is_sent_to_the_hosted_pages(phone, server, ana):
    with server.app_context(), kept(db):
        db.session.add(a_passkey(ana.id))

    answer = enter(phone, ana)

    assert (answer.status_code, answer.json["error"]) == (403, "hosted_page_required")


@mission("C7", "S40")
def test_who_has_a_passkey_and_mailed_codes_is_mailed_one(phone, server):
    ana = with_code(server)
    with server.app_context(), kept(db):
        db.session.add(a_passkey(ana.id))

    first = enter(phone, ana)

    assert first.json["message"] == MAILED["message"]
    assert verify(phone, ana, newcomers.code(server, ana.email)).status_code == 200


@mission("S40", "C8")
def test_who_signs_in_again_at_once_goes_on_with_the_code_that_was_sent(phone, server):
    ana = with_code(server)
    enter(phone, ana)
    code = newcomers.code(server, ana.email)

    again = enter(phone, ana)

    assert again.json["message"] == MAILED["message"]
    with server.app_context():
        assert outbox.names(ana.email) == ["sign_in_code"]
    assert verify(phone, ana, code, mfaToken=again.json["mfaToken"]).status_code == 200


@mission("S40")
def test_where_no_code_can_be_sent_yet_nobody_is_told_that_one_was(phone, server):
    ana = with_code(server)
    enter(phone, ana)

    elsewhere = enter(Phone(server, "Web/1", "203.0.113.50"), ana)

    assert elsewhere.json["requireMfa"] is True
    assert elsewhere.json["message"] != MAILED["message"]


@mission("C29")
def test_the_right_password_of_somebody_locked_is_told_and_opens_nothing(phone, server, ana):
    with server.app_context(), kept(db):
        lookup.by_id(ana.id).status = "locked"

    answer = enter(phone, ana)

    assert (answer.status_code, answer.json["error"]) == (403, "account_blocked")


@pytest.mark.parametrize("path", ["/api/login", "/api/login/verify-mfa"])
@pytest.mark.parametrize("body", [{}, {"email": "a@b.example"}, {"email": 1, "password": 2}])
def test_what_is_missing_is_named(phone, path, body):
    answer = phone.call("POST", path, body)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert answer.json["errors"]
    assert answer.headers["Cache-Control"] == "no-store"


def a_passkey(user_id):
    """Return a passkey of the person's, which nobody here can show."""
    return Passkey(
        user_id=user_id,
        credential_id=secrets.token_bytes(16),
        public_key=b"",
        sign_count=0,
        transports="internal",
        aaguid="",
        name="",
        synced=False,
        backed_up=False,
    )
