"""Document 004, row by row: every route it names, the payload it shows, its steps and its names."""

import re

import pyotp
import pytest
from sqlalchemy import inspect, text

from app.auth import doors
from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.institutions import members, roles
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.api import nest
from tests.auth.api.phone import claims
from tests.contracts import printed
from tests.support import factories
from tests.support.marks import mission

ROUTES = printed.routes("004")
[PAYLOAD] = printed.payloads("004")
_SCHEMA = printed.text("004").split("## ")[2]
TABLES = re.findall(r"^- \*\*(\w+)\*\*(?: e \*\*(\w+)\*\*)?", _SCHEMA, re.MULTILINE)
STEPS = re.findall(r"^\d\. .*?`(?:POST )?(/auth/[a-z0-9/]+)`", printed.text("004"), re.MULTILINE)


@mission("S26", "S46", "S48", "S49", "S50", "S65", "S66", "S69", "S70", "S73", "S74", "S75")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_route_of_its_tables_is_served(server, phone, route):
    rules = {(rule.rule, method) for rule in server.url_map.iter_rules() for method in rule.methods}

    assert (route.path, route.method) in rules
    answer = phone.call(route.method, route.path, None if route.method == "GET" else {})
    assert answer.status_code in {400, 401}
    assert answer.json.keys() >= {"message", "error"}


@mission("A13-17", "C27")
def test_none_of_them_is_there_when_the_document_is_switched_off(create_house):
    off = create_house("auth", LEGACY_DOCUMENTS="002")
    served = {rule.rule for rule in off.url_map.iter_rules()}

    assert not served & {route.path for route in ROUTES}
    assert doors.DOCUMENTS["004"]


@mission("S54", "S55", "S57", "S58", "C11")
def test_the_payload_of_both_tokens_is_the_one_it_shows(server, phone):
    ana = factories.person(server, name=PAYLOAD["user_name"], email=PAYLOAD["email"], verified=True)
    with server.app_context(), kept(db):
        roles.ensure()
        roles.give(lookup.by_id(ana.id), PAYLOAD["roles"])
        for code in PAYLOAD["institutions"]:
            members.ensure(code)
            members.join(ana.id, code)

    pair = nest.login(phone, ana.email).json

    for token in (pair["access_token"], pair["refresh_token"]):
        told = claims(token)
        assert told.keys() >= PAYLOAD.keys()
        for name in ("user_name", "email", "roles", "institutions"):
            assert told[name] == PAYLOAD[name]
    told = claims(pair["access_token"])
    assert told["exp"] - told["iat"] == PAYLOAD["exp"] - PAYLOAD["iat"]


@mission("S73", "S74", "S75", "S76")
def test_the_steps_of_its_second_factor_are_walked_as_they_are_numbered(server, phone):
    assert STEPS == ["/auth/2fa/setup", "/auth/2fa/enable", "/auth/login", "/auth/2fa/disable"]
    set_up, enable, login, disable = STEPS
    ana = factories.person(server, verified=True)
    token = nest.login(phone, ana.email).json["access_token"]

    setup = phone.call("POST", set_up, {}, token).json
    app, now = pyotp.parse_uri(setup["otpauthUrl"]), clock.seconds()
    assert phone.call("POST", enable, {"code": app.at(now - 30)}, token).status_code == 200
    who = {"identifier": ana.email, "password": ana.password}
    assert phone.post(login, **who).status_code == 401
    entered = phone.post(login, **who, twoFactorCode=app.at(now))
    assert entered.status_code == 200
    token = entered.json["access_token"]
    assert phone.call("POST", disable, {"code": app.at(now + 30)}, token).status_code == 200
    assert phone.post(login, **who).status_code == 200


KEPT = {  # what each row of its list of tables says is kept there
    "users": "password_hash username email_verified_at email",
    "roles": "name",
    "user_roles": "user_id role",
    "institutions": "code name",
    "user_institutions": "user_id institution_id",
    "refresh_tokens": "value_digest expires_at ended_at user_id",
    "password_resets": "link_digest code_digest expires_at used_at user_id",
    "verification_tokens": "link_digest code_digest expires_at used_at user_id",
}


@mission("S88", "S89", "S90", "S91", "S92", "S93")
def test_the_tables_it_names_are_there_and_keep_what_it_says(server):
    named = [each for pair in TABLES for each in pair if each]
    assert sorted(named) == sorted(KEPT)
    with server.app_context():
        found = inspect(db.engine)
        for table, columns in KEPT.items():
            there = {column["name"] for column in found.get_columns(table)}
            assert set(columns.split()) <= there, table


@mission("S88", "S91", "S92", "S93", "C6")
def test_no_secret_is_kept_as_it_was_given(server, phone):
    email = nest.new_address()
    pair = nest.register(phone, email).json
    link, code = nest.token_of(server, email), nest.mailed(server, email)["code"]
    jti = claims(pair["refresh_token"])["jti"].rpartition(".")[2]

    with server.app_context():
        for table in ("users", "refresh_tokens", "verification_tokens", "password_resets"):
            rows = repr(db.session.execute(text(f"SELECT * FROM {table}")).all())
            for secret in (factories.PASSWORD, link, jti):
                assert secret not in rows
        assert "$argon2id$" in repr(db.session.execute(text("SELECT * FROM users")).all())
    assert code
