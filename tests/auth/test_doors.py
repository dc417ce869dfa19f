"""The map of every URL: what the outside relies on is there, and nothing else by accident."""

import pytest

from app.auth import doors

PROTOCOL = {
    "/oauth/authorize": {"GET", "POST"},
    "/oauth/authorize/<uid>": {"GET"},
    "/oauth/par": {"POST"},
    "/oauth/token": {"POST"},
    "/oauth/device_authorization": {"POST"},
    "/oauth/device_authorization/<uid>": {"GET"},
    "/oauth/introspect": {"POST"},
    "/oauth/revoke": {"POST"},
    "/oauth/userinfo": {"GET", "POST"},
    "/oauth/jwks": {"GET"},
    "/oauth/authorization-details/<name>.json": {"GET"},
    "/oauth/register": {"POST"},
    "/oauth/register/<client_id>": {"GET", "PUT", "DELETE"},
    "/logout": {"GET", "POST"},
    "/logout/<uid>": {"GET"},
    "/.well-known/openid-configuration": {"GET"},
    "/.well-known/oauth-authorization-server": {"GET"},
}
HOSTED = {
    "/": {"GET"},
    "/login": {"GET"},
    "/login/<uid>": {"GET", "POST"},
    "/register": {"GET"},
    "/register/<uid>": {"GET", "POST"},
    "/verify": {"GET"},
    "/verify/<uid>": {"GET", "POST"},
    "/verify/<uid>/again": {"POST"},
    "/verify/<uid>/later": {"POST"},
    "/forgot": {"GET"},
    "/forgot/<uid>": {"GET", "POST"},
    "/reset": {"GET", "POST"},
    "/reset/<uid>": {"GET", "POST"},
    "/enrolment/<uid>": {"GET", "POST"},
    "/enrolment/<uid>/later": {"POST"},
    "/login/<uid>/passkey": {"POST"},
    "/passkeys/convite/<uid>": {"GET", "POST"},
    "/passkeys/convite/<uid>/later": {"POST"},
    "/second-factor/<uid>": {"GET", "POST"},
    "/second-factor/<uid>/again": {"POST"},
    "/second-factor/<uid>/other": {"GET"},
    "/second-factor/<uid>/send": {"POST"},
    "/second-factor/<uid>/lost": {"GET", "POST"},
    "/second-factor/<uid>/lost/code": {"GET", "POST"},
    "/recovery/stop": {"GET", "POST"},
    "/recovery/stopped": {"GET"},
    "/step-up/<uid>": {"GET", "POST"},
    "/step-up/<uid>/cancel": {"POST"},
    "/step-up/<uid>/send": {"POST"},
    "/new-password/<uid>": {"GET", "POST"},
    "/consent/<uid>": {"GET", "POST"},
    "/consent/<uid>/switch": {"POST"},
    "/consent/<uid>/code": {"POST"},
    "/device": {"GET", "POST"},
    "/device/<uid>": {"GET"},
    "/logout/confirm/<uid>": {"GET", "POST"},
    "/logout/done": {"GET"},
    "/logout/done/<uid>": {"GET"},
    "/errors/<request_id>": {"GET"},
    "/branding/<code>.css": {"GET"},
    "/logos/<fingerprint>": {"GET"},
    "/start/<client_id>": {"GET"},
}
ACCOUNT = {
    "/account": {"GET"},
    "/account/activity": {"GET"},
    "/account/notices": {"GET", "POST"},
    "/account/apps": {"GET"},
    "/account/money": {"GET"},
    "/account/money/<month>": {"GET"},
    "/account/money/<month>/file": {"GET"},
    "/account/apps/<client_id>": {"GET"},
    "/account/apps/<client_id>/end": {"GET", "POST"},
    "/account/close": {"GET", "POST"},
    "/account/closed": {"GET"},
    "/account/contact/<any(email, phone):channel>": {"GET", "POST"},
    "/account/contact/<any(email, phone):channel>/code": {"GET", "POST"},
    "/account/contact/<any(email, phone):channel>/resend": {"POST"},
    "/account/passkeys": {"GET"},
    "/account/passkeys/<passkey_id>/name": {"POST"},
    "/account/passkeys/<passkey_id>/remove": {"GET", "POST"},
    "/account/passkeys/new": {"GET", "POST"},
    "/account/push": {"POST"},
    "/account/push/<subscription_id>/off": {"POST"},
    "/push-worker.js": {"GET"},
    "/account/password": {"GET", "POST"},
    "/account/privacy": {"GET"},
    "/account/privacy/export": {"GET", "POST"},
    "/account/profile": {"GET", "POST"},
    "/account/recovery/stop": {"POST"},
    "/account/recovery-codes": {"GET", "POST"},
    "/account/recovery-codes/file": {"POST"},
    "/account/security": {"GET"},
    "/account/sessions": {"GET"},
    "/account/sessions/end": {"POST"},
    "/account/sessions/me": {"POST"},
    "/account/sessions/name": {"GET", "POST"},
    "/account/sessions/not-me": {"GET", "POST"},
    "/account/sessions/others": {"GET", "POST"},
    "/account/sign-out": {"POST"},
    "/account/codes/<any(sms, email):channel>": {"GET", "POST"},
    "/account/codes/<any(sms, email):channel>/off": {"POST"},
    "/account/codes/<any(sms, email):channel>/send": {"POST"},
    "/account/totp": {"GET", "POST"},
    "/account/totp/off": {"POST"},
}
ADMIN = {
    "/admin": {"GET"},
    "/admin/clients": {"GET"},
    "/admin/clients/new": {"GET", "POST"},
    "/admin/clients/check": {"POST"},
    "/admin/clients/<client_id:client_id>": {"GET"},
    "/admin/clients/<client_id:client_id>/edit": {"GET", "POST"},
    "/admin/clients/<client_id:client_id>/rotate-secret": {"GET", "POST"},
    "/admin/clients/<client_id:client_id>/<any(disable, enable, verify, delete):deed>": {
        "GET",
        "POST",
    },
}
SERVICES = {"/internal/notices": {"POST"}, "/internal/people/resolve": {"POST"}}
DOCUMENTS = {
    "/api/forgot-password": {"POST"},
    "/api/login": {"POST"},
    "/api/login/verify-mfa": {"POST"},
    "/api/reset-password": {"POST"},
    "/api/signup": {"POST"},
    "/api/signup/activate": {"POST"},
    "/auth": {"POST"},
    "/auth/2fa/disable": {"POST"},
    "/auth/2fa/enable": {"POST"},
    "/auth/2fa/setup": {"POST"},
    "/auth/introspect": {"POST"},
    "/auth/login": {"POST"},
    "/auth/logout": {"POST"},
    "/auth/me": {"GET"},
    "/auth/refresh": {"POST"},
    "/auth/register": {"POST"},
    "/dados-pessoais": {"GET"},
    "/reset-password/confirm": {"POST"},
    "/reset-password/request": {"POST"},
    "/verification-token/request": {"POST"},
    "/verification-token/verify": {"POST"},
}
OPERATIONS = {
    "/health/live": {"GET"},
    "/health/ready": {"GET"},
    "/metrics": {"GET"},
    "/static/<path:filename>": {"GET"},
}


DOCS = {
    "/openapi.json": {"GET"},
    "/docs": {"GET"},
    "/docs/<name>": {"GET"},
}
IN_DEVELOPMENT = DOCS | {"/dev/explain/<request_id>": {"GET"}, "/dev/mailbox": {"GET"}}
PARTS = (PROTOCOL, HOSTED, ACCOUNT, ADMIN, SERVICES, DOCUMENTS, OPERATIONS, IN_DEVELOPMENT)


@pytest.fixture
def database_kind():
    """What is where has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def found(auth_app):
    """Every path and its methods."""
    methods = {}
    for rule in auth_app.url_map.iter_rules():
        methods.setdefault(rule.rule, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    return methods


@pytest.mark.parametrize("part", PARTS)
def test_what_the_outside_relies_on_is_there(found, part):
    assert {path: found.get(path) for path in part} == part


def test_every_path_has_a_place_in_the_map(found):
    assert set(found) == set().union(*PARTS)


def test_no_path_has_two_owners(auth_app):
    rules = list(auth_app.url_map.iter_rules())
    seen = [(rule.rule, m) for rule in rules for m in rule.methods - {"HEAD", "OPTIONS"}]

    assert len(seen) == len(set(seen))


def test_each_blueprint_is_registered_once(auth_app):
    ours = [*doors.PROTOCOL, *doors.PAGES, *doors.ADMIN, *doors.INTERNAL, *doors.IN_DEVELOPMENT]

    assert len({blueprint.name for blueprint in ours}) == len(ours)
    assert {blueprint.name for blueprint in ours} <= set(auth_app.blueprints)


def test_what_changes_something_is_never_a_plain_link(found):
    """A form that ends or sends something is posted (RFC 9110 §9.2.1)."""
    for path in ("/account/sessions/end", "/account/sign-out", "/consent/<uid>/switch"):
        assert found[path] == {"POST"}
