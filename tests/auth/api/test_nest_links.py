"""Document 004: what is done by a link that was mailed, and what may be told of a token."""

import base64

import pytest
import time_machine

from tests.auth import outbox
from tests.auth.api import nest
from tests.support import factories
from tests.support.marks import abuse, mission

NOON = "2026-11-20T12:00:00Z"
NEW = "girafa violeta marmita"
SECRETS = ("a guess", "' OR 1=1 --", "é" * 40, "x" * 5000)


@mission("S65", "S66", "S68", "C13", "A13-25", "A13-26")
def test_the_link_replaces_the_password_once_and_ends_all_that_was_open(phone, ana, server):
    pair = nest.login(phone, ana.email).json

    asked = phone.post("/reset-password/request", email=ana.email)
    token = nest.token_of(server, ana.email)
    done, again = nest.confirm(phone, token, NEW), nest.confirm(phone, token, NEW + "!")

    assert (asked.status_code, done.status_code) == (200, 200)
    assert (again.status_code, again.json["error"]) == (400, "link_invalid_or_expired")
    assert phone.call("GET", "/auth/me", token=pair["access_token"]).status_code == 401
    assert phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).status_code == 401
    assert nest.login(phone, ana.email).status_code == 401
    assert nest.login(phone, ana.email, NEW).status_code == 200


@mission("S65", "C13")
def test_the_link_is_good_on_the_page_as_well_until_it_is_used(phone, ana, server):
    phone.post("/reset-password/request", email=ana.email)
    token = nest.token_of(server, ana.email)
    page = f"/reset?token={token}"

    assert phone.call("GET", page).status_code == 200
    assert nest.confirm(phone, token, NEW).status_code == 200
    assert phone.call("GET", page).status_code == 410


@mission("S66")
def test_a_password_that_policy_refuses_leaves_the_link_good(phone, ana, server):
    phone.post("/reset-password/request", email=ana.email)
    token = nest.token_of(server, ana.email)

    weak = nest.confirm(phone, token, "senha")

    assert (weak.status_code, weak.json["error"]) == (400, "weak_password")
    assert weak.json["errors"].keys() == {"newPassword"}
    assert nest.confirm(phone, token, NEW).status_code == 200


@mission("S67", "A14")
def test_a_reset_link_ends_to_the_second(phone, server, ana):
    with time_machine.travel(NOON, tick=False) as held:
        phone.post("/reset-password/request", email=ana.email)
        token = nest.token_of(server, ana.email)
        held.shift(899)
        assert nest.confirm(phone, token, "senha").json["error"] == "weak_password"
        held.shift(1)
        assert nest.confirm(phone, token, NEW).json["error"] == "link_invalid_or_expired"


@mission("S71", "C14", "A14")
def test_a_proof_link_ends_to_the_second_and_a_new_one_ends_the_old(phone, server):
    email = nest.new_address()
    with time_machine.travel(NOON, tick=False) as held:
        nest.register(phone, email)
        old = nest.token_of(server, email)
        held.shift(61)
        assert phone.post("/verification-token/request", email=email).status_code == 200
        new = nest.token_of(server, email)
        assert nest.verify(phone, old).json["error"] == "link_invalid_or_expired"
        held.shift(86_400)
        assert nest.verify(phone, new).json["error"] == "link_invalid_or_expired"
        phone.post("/verification-token/request", email=email)
        newest = nest.token_of(server, email)
        held.shift(86_399)
        assert nest.verify(phone, newest).json == {"verified": True}
        assert nest.verify(phone, newest).status_code == 400


@abuse("L-01")
@mission("S65", "S69", "A13-25", "A13-27")
@pytest.mark.parametrize("path", ["/reset-password/request", "/verification-token/request"])
def test_whether_there_is_an_account_is_not_told(phone, ana, path):
    answers = [phone.post(path, email=each) for each in (ana.email, nest.new_address())]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json == answers[1].json
    again = [phone.post(path, email=each) for each in (ana.email, "one@example.com")]
    assert again[0].status_code == 429


@mission("S69")
def test_nothing_is_sent_where_the_address_is_proved(phone, ana, server):
    phone.post("/verification-token/request", email=ana.email)

    with server.app_context():
        assert outbox.names(ana.email) == []


@abuse("V-06")
@mission("S65", "S69")
@pytest.mark.parametrize("path", ["/reset-password/request", "/verification-token/request"])
def test_a_second_recipient_is_never_written_to(phone, ana, server, path):
    evil = "evil@example.net"
    shapes = [f"{ana.email},{evil}", f"{ana.email}\r\nCc: {evil}", f"{ana.email}%0acc:{evil}"]
    shapes += [f"{evil} {ana.email}", f"{ana.email};{evil}", ana.email.replace("a", "а")]

    for shape in shapes:
        assert phone.post(path, email=shape).status_code in {200, 429}
    listed = phone.call("POST", path, {"email": [ana.email, evil]})

    assert listed.status_code == 400
    with server.app_context():
        assert outbox.waiting(evil) == [] == outbox.waiting(ana.email)


@abuse("V-04")
@mission("S66", "S70")
@pytest.mark.parametrize("secret", SECRETS)
def test_a_token_is_not_guessed_and_a_code_is_none(phone, ana, server, secret):
    phone.post("/reset-password/request", email=ana.email)
    code = nest.mailed(server, ana.email)["code"]

    for guess in (secret, code):
        assert nest.confirm(phone, guess, NEW).json["error"] == "link_invalid_or_expired"
        assert nest.verify(phone, guess).json["error"] == "link_invalid_or_expired"


@mission("S50", "C22", "A13-21")
def test_a_client_is_told_what_a_token_is_good_for(phone, ana, server):
    bank = factories.app(server, audiences=[server.config["BANK_AUDIENCE"]])
    pair = nest.login(phone, ana.email).json

    access = nest.introspect(phone, pair["access_token"], Authorization=nest.basic(bank))
    refresh = nest.introspect(phone, pair["refresh_token"], Authorization=nest.basic(bank))
    unknown = nest.introspect(phone, "nothing of ours", Authorization=nest.basic(bank))

    for answer in (access, refresh):
        assert answer.status_code == 200
        assert (answer.json["active"], answer.json["sub"]) == (True, ana.sub)
        assert answer.json["client_id"] == "legacy-nest"
        assert {"exp", "iat", "iss", "aud", "scope"} <= answer.json.keys()
    assert unknown.json == {"active": False}
    phone.post("/auth/logout", refresh_token=pair["refresh_token"])
    for token in pair["access_token"], pair["refresh_token"]:
        answer = nest.introspect(phone, token, Authorization=nest.basic(bank))
        assert answer.json == {"active": False}


@mission("S50", "C22", "A13-21")
def test_a_client_whose_api_it_is_not_learns_nothing(phone, ana, server):
    other = factories.app(server)
    pair = nest.login(phone, ana.email).json

    for token in pair["access_token"], pair["refresh_token"]:
        answer = nest.introspect(phone, token, Authorization=nest.basic(other))
        assert answer.json == {"active": False}


@mission("S50", "C22", "A13-21")
def test_who_calls_with_a_token_may_ask_about_their_own_alone(phone, ana, server):
    mine = nest.login(phone, ana.email).json
    rui = factories.person(server, verified=True)
    theirs = nest.login(phone, rui.email).json

    def ask(token):
        return nest.introspect(phone, token, mine["access_token"]).json["active"]

    assert [ask(each) for each in (mine["access_token"], mine["refresh_token"])] == [True, True]
    assert [ask(each) for each in (theirs["access_token"], theirs["refresh_token"])] == [False] * 2


@mission("S50", "C22", "A13-21")
def test_nobody_is_told_nothing(phone, ana, server):
    token = nest.login(phone, ana.email).json["access_token"]
    wrong = "Basic " + base64.b64encode(b"legacy-nest:guess").decode()

    for headers in ({}, {"Authorization": wrong}, {"Authorization": "Bearer x"}):
        answer = nest.introspect(phone, token, **headers)
        assert answer.status_code == 401
        assert answer.json.keys() == {"message", "error"}


@mission("S50")
def test_a_form_is_read_as_the_protocols_own_address_reads_it(phone, ana, server):
    audience = server.config["BANK_AUDIENCE"]
    bank = factories.app(server, "client_secret_post", audiences=[audience])
    token = nest.login(phone, ana.email).json["access_token"]
    form = {"client_id": bank.client_id, "client_secret": bank.client_secret, "token": token}

    told = [server.test_client().post(path, data=form).json for path in nest.INTROSPECTION]

    assert told[0] == told[1]
    assert told[0]["active"] is True


@mission("C13", "C14", "S66", "S70")
@pytest.mark.parametrize("first", ["code", "link"])
def test_a_code_and_a_link_of_one_message_are_used_up_together(phone, ana, server, first):
    email = nest.new_address()
    nest.register(phone, email)
    phone.post("/reset-password/request", email=ana.email)
    proof, reset = nest.mailed(server, email), nest.mailed(server, ana.email)
    new = {"email": ana.email, "code": reset["code"], "newPassword": NEW}
    ways = {
        "code": lambda: [
            phone.post("/api/signup/activate", email=email, code=proof["code"]).status_code,
            phone.post("/api/reset-password", **new).status_code,
        ],
        "link": lambda: [
            nest.verify(phone, nest.token_of(server, email)).status_code,
            nest.confirm(phone, nest.token_of(server, ana.email), NEW).status_code,
        ],
    }
    second = "link" if first == "code" else "code"

    assert ways[first]() == [200, 200]
    assert ways[second]() == [400, 400]
