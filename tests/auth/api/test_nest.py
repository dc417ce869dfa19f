"""Document 004: an account and a pair, a pair for a password, one's profile, and the end of it."""

import pytest
import time_machine

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions.models import Session
from tests.auth import outbox, persons
from tests.auth.api import nest
from tests.auth.api.phone import Phone, claims, header
from tests.support import factories
from tests.support.marks import abuse, asvs, mission

NOON = "2026-11-20T12:00:00Z"


@mission("S26", "S27", "S71", "C12", "C29", "A13-17")
@abuse("L-14")
def test_an_account_gets_a_pair_at_once_that_allows_no_more_than_to_know_who_it_is(phone, server):
    email = nest.new_address()

    answer = nest.register(phone, email, username=email.partition("@")[0])

    assert answer.status_code == 201
    assert answer.json.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    token = answer.json["access_token"]
    assert claims(token)["scope"] == "openid profile"
    me = phone.call("GET", "/auth/me", token=token).json
    assert (me["name"], me["email"], me["email_verified"]) == ("Rita Alves", email, False)
    with server.app_context():
        assert [message.name for message in outbox.waiting(email)] == ["confirm_email_link"]


@mission("S26", "S70", "A13-28")
@abuse("L-14")
def test_once_the_address_is_proved_a_new_sign_in_allows_the_rest(phone, server):
    email = nest.new_address()
    first = nest.register(phone, email).json

    before = nest.login(phone, email)
    proved = nest.verify(phone, nest.token_of(server, email))
    renewed = phone.post("/auth/refresh", refresh_token=first["refresh_token"])
    after = nest.login(phone, email)

    assert (before.status_code, claims(before.json["access_token"])["scope"]) == (
        200,
        "openid profile",
    )
    assert (proved.status_code, proved.json) == (200, {"verified": True})
    assert claims(renewed.json["access_token"])["scope"] == "openid profile"
    assert "wallet:transfer" in claims(after.json["access_token"])["scope"].split()
    me = phone.call("GET", "/auth/me", token=first["access_token"]).json
    assert me["email_verified"] is True


@mission("C12", "A13-17")
@abuse("L-14")
def test_its_token_is_for_the_bank_so_that_it_is_told_there_what_is_missing(phone):
    token = nest.register(phone, nest.new_address()).json["access_token"]

    assert claims(token)["aud"] == phone.server.config["BANK_AUDIENCE"]


@mission("C26", "A13-17")
@abuse("L-01")
def test_an_address_that_is_somebodys_is_refused_and_that_is_recorded(phone, ana, server):
    answer = nest.register(phone, ana.email, password="girafa violeta marmita")

    assert (answer.status_code, answer.json["error"]) == (409, "email_taken")
    with server.app_context():
        assert (events.SIGN_UP_REFUSED, ana.sub) in persons.recorded()
    assert nest.login(phone, ana.email, "girafa violeta marmita").status_code == 401


@mission("C26")
@abuse("L-01")
def test_where_nobody_may_learn_of_accounts_all_are_answered_alike(own_server):
    server = own_server(SIGNUP_ENUMERATION_SAFE=True)
    phone, ana = Phone(server), factories.person(server, verified=True)

    known, unknown = nest.register(phone, ana.email), nest.register(phone, nest.new_address())

    assert known.status_code == unknown.status_code == 202
    assert known.json == unknown.json


@mission("C12", "S27", "A13-17")
@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"email": "nothing of the kind"}, "email"),
        ({"name": "R"}, "name"),
        ({"password": "senha"}, "password"),
        ({"username": "a b"}, "username"),
        ({"name": ["Rita"]}, "name"),
    ],
)
def test_what_is_wrong_is_told_by_field(phone, told, field):
    answer = nest.register(phone, **({"email": nest.new_address()} | told))

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert answer.json["errors"].keys() == {field}


@mission("S27")
def test_a_user_name_is_one_persons_whatever_its_case(phone):
    name = nest.new_address().partition("@")[0]
    nest.register(phone, nest.new_address(), username=name)

    answer = nest.register(phone, nest.new_address(), username=name.upper())

    assert (answer.status_code, answer.json["error"]) == (409, "username_taken")


@asvs("15.3.3")
@abuse("L-17")
@mission("A13-17")
def test_nobody_gives_themselves_roles_or_a_proved_address(phone):
    told = {"roles": ["admin"], "institutions": ["default"], "email_verified": True, "id": 1}
    told |= {"type": "Admin", "balance": 10_000, "email_verified_at": "2026-01-01T00:00:00Z"}

    token = nest.register(phone, nest.new_address(), **told).json["access_token"]

    me = phone.call("GET", "/auth/me", token=token).json
    assert (me["roles"], me["institutions"], me["email_verified"]) == (["user"], [], False)
    assert me["user_id"] != 1


@mission("S46", "S54", "S55", "S56", "S57", "S58", "C11", "A13-18")
def test_a_password_is_answered_with_a_pair_as_the_document_shows_it(phone, server):
    name = nest.new_address().partition("@")[0]
    ana = factories.person(server, name="Ana Souza", verified=True, username=name)

    by_name = phone.post("/auth/login", identifier=name.upper(), password=ana.password)
    answer = nest.login(phone, ana.email)

    assert by_name.status_code == answer.status_code == 200
    told, kept = claims(answer.json["access_token"]), claims(answer.json["refresh_token"])
    shown = {"sub", "user_id", "user_name", "email", "roles", "institutions"}
    shown |= {"iss", "aud", "iat", "exp", "jti"}
    for payload in (told, kept):
        assert shown <= payload.keys()
        assert (payload["sub"], payload["user_id"]) == (ana.sub, ana.id)
        assert (payload["user_name"], payload["email"]) == ("Ana Souza", ana.email)
    assert told["exp"] - told["iat"] == 900
    assert header(answer.json["access_token"])["alg"] == "RS256"


@mission("S46", "A13-18")
@abuse("L-01")
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(phone, ana):
    known = nest.login(phone, ana.email, "wrong")
    unknown = nest.login(phone, "nobody@example.com", "wrong")

    assert known.status_code == unknown.status_code == 401
    assert known.json == unknown.json
    assert known.json["error"] == "invalid_credentials"


@mission("C1", "C21")
@abuse("L-03")
def test_after_five_wrong_tries_by_any_document_the_right_one_waits_too(phone, ana):
    for _ in range(3):
        assert nest.login(phone, ana.email, "wrong").status_code == 401
    for _ in range(2):
        assert phone.sign_in(ana, "wrong").status_code == 401

    answer = nest.login(phone, ana.email)

    assert (answer.status_code, answer.json["error"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


@abuse("L-09")
def test_a_pause_ends_by_itself(phone, ana):
    with time_machine.travel(NOON, tick=False) as held:
        for _ in range(6):
            nest.login(phone, ana.email, "wrong")
        assert nest.login(phone, ana.email).status_code == 429
        held.shift(901)
        assert nest.login(phone, ana.email).status_code == 200


@abuse("L-18")
@mission("S124", "C23")
def test_the_first_administrators_password_opens_nothing_until_it_is_changed(phone, server):
    admin = factories.person(server, verified=True)
    nest.must_change_password(server, admin)

    answer = nest.login(phone, admin.email)

    assert (answer.status_code, answer.json["error"]) == (403, "password_change_required")
    assert set(answer.json) == {"message", "error"}


@mission("S47", "C9", "A13-30")
def test_a_refresh_token_turns_over_and_a_lost_answer_is_given_again(phone, ana):
    with time_machine.travel(NOON, tick=False) as held:
        pair = nest.login(phone, ana.email).json

        def renew(token):
            return phone.post("/auth/refresh", refresh_token=token)

        once = renew(pair["refresh_token"]).json["refresh_token"]
        held.shift(29)
        again = renew(pair["refresh_token"]).json["refresh_token"]
        assert once == again != pair["refresh_token"]
        third = renew(once).json["refresh_token"]
        assert renew(pair["refresh_token"]).status_code == 401  # an old one ends the family
        assert renew(third).status_code == 401


@mission("S48", "C18", "A13-19")
def test_signing_out_ends_all_of_the_session_at_once_and_is_no_error_twice(phone, ana, server):
    pair = nest.login(phone, ana.email).json
    token = pair["access_token"]

    for _ in range(2):
        answer = phone.post("/auth/logout", refresh_token=pair["refresh_token"])
        assert (answer.status_code, answer.data) == (204, b"")

    assert phone.call("GET", "/auth/me", token=token).status_code == 401
    assert phone.call("GET", "/oauth/userinfo", token=token).status_code == 401
    assert phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).status_code == 401
    with server.app_context():
        session = db.session.get(Session, claims(token)["sid"])
        assert (session.end_reason, session.ended_at is None) == ("signed_out", False)


@mission("S48")
def test_signing_out_by_a_token_that_was_turned_over_ends_the_session_as_well(phone, ana):
    pair = nest.login(phone, ana.email).json
    newer = phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).json

    phone.post("/auth/logout", refresh_token=pair["refresh_token"])

    assert phone.call("GET", "/auth/me", token=newer["access_token"]).status_code == 401


@mission("S48")
@pytest.mark.parametrize("garbage", ["x", "a.b.c", "é", "eyJhbGciOiJub25lIn0.e30.", "." * 300])
def test_signing_out_with_garbage_is_no_error(phone, garbage):
    assert phone.post("/auth/logout", refresh_token=garbage).status_code == 204


@mission("S49", "A13-20")
def test_the_profile_is_userinfos_and_what_the_token_says(phone, ana):
    token = nest.login(phone, ana.email).json["access_token"]

    me = phone.call("GET", "/auth/me", token=token).json
    userinfo = phone.call("GET", "/oauth/userinfo", token=token).json

    assert userinfo.items() <= me.items()
    assert (me["roles"], me["institutions"], me["twoFactorEnabled"]) == (["user"], [], False)
    assert phone.call("GET", "/auth/me").status_code == 401


@mission("S49", "C27")
def test_a_token_of_somebody_elses_app_is_refused(phone, server, ana):
    answer = phone.call("GET", "/auth/me", token=factories.token_for_app(server, ana))

    assert (answer.status_code, answer.json["error"]) == (403, "unauthorized_client")
