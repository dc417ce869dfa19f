"""A device asks for a code that a person types elsewhere (RFC 8628 §3.1, §3.2)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.auth.audit.models import AuditRecord
from app.auth.clients.members import CLIENT, CODE, DEVICE
from app.auth.database import db
from app.auth.tokens import device_codes
from app.auth.tokens.models import DeviceCode
from app.foundation import clock, digests, legible
from app.foundation.database import kept
from tests.auth.oauth import devices
from tests.auth.oauth.inputs import FORM
from tests.support import factories, houses, steps
from tests.support.marks import abuse, asvs, rfc

BANK = f"{houses.ISSUER}/bank"


@pytest.fixture
def tv(server):
    """An app on televisions, which can keep no secret."""
    return devices.television(server)


def row_of(server, told):
    """The row of a device code."""
    with server.app_context():
        return db.session.get(DeviceCode, digests.of(told["device_code"]))


@rfc("8628", "3.2")
@abuse("T-15")
def test_a_device_is_told_what_to_show_and_how_to_ask(browser, tv):
    answer = devices.ask(browser, tv)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert set(told) == {
        *("device_code", "user_code", "verification_uri", "verification_uri_complete"),
        *("expires_in", "interval"),
    }
    assert told["verification_uri"] == f"{houses.ISSUER}/device"
    shown = f"{houses.ISSUER}/device?user_code={told['user_code']}"
    assert told["verification_uri_complete"] == shown
    assert (told["expires_in"], told["interval"]) == (600, 5)


@rfc("8628", "6.1")
def test_the_code_to_type_is_legible_and_the_devices_own_long(browser, tv):
    many = [devices.begun(browser, tv) for _ in range(30)]

    for told in many:
        assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", told["user_code"])
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", told["device_code"])
    assert len({told["user_code"] for told in many}) == len({t["device_code"] for t in many}) == 30


def test_neither_code_can_be_read_in_the_database(browser, tv, server):
    told = devices.begun(browser, tv)

    row = row_of(server, told)
    code = legible.read(told["user_code"])
    assert row.device_code_digest == digests.of(told["device_code"])
    assert row.user_code_digest not in (digests.of(code), code.encode())  # too few bits for that
    written = repr([getattr(row, column.key) for column in row.__table__.columns])
    assert told["device_code"] not in written
    assert code not in written


def test_what_is_asked_is_recorded_without_the_codes(browser, tv, server):
    told = devices.begun(browser, tv, scope="openid")

    grant_id = row_of(server, told).grant_id
    with server.app_context():
        [record] = db.session.scalars(select(AuditRecord).where(AuditRecord.subject == grant_id))
    assert (record.event, record.actor) == ("grant:device:asked", tv.client_id)
    assert record.data == f'{{"client":"{tv.client_id}","scope":"openid"}}'


@rfc("8628", "3.1")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_a_client_authenticates_as_at_the_token_endpoint(browser, server, method):
    assert devices.ask(browser, devices.television(server, method)).status_code == 200


@abuse("T-10", "T-18")
def test_who_does_not_prove_itself_is_told_nothing_more(browser, server):
    known = devices.television(server, "client_secret_basic")
    wrong = factories.App(known.client_id, "x" * 43, known.method)
    naked = factories.App(known.client_id, None, "none")
    nobody = factories.App("cli_nobody", "x" * 43, known.method)

    answers = [devices.ask(browser, each) for each in (wrong, naked, nobody)]

    for answer in answers:
        steps.refused(answer, "invalid_client", 401)
    assert len({answer.data for answer in answers}) == 1


@abuse("T-13")
@rfc("6749", "5.2")
@pytest.mark.parametrize("grants", [[CODE], [CLIENT]])
def test_a_client_that_is_not_registered_for_devices_is_refused(browser, server, grants):
    app = factories.app(server, grant_types=grants)

    steps.refused(devices.ask(browser, app), "unauthorized_client")


def test_a_disabled_client_begins_nothing(browser, tv, server):
    factories.disable(server, tv)

    steps.refused(devices.ask(browser, tv), "invalid_client", 401)


@abuse("R-19")
@rfc("6749", "3.3")
@pytest.mark.parametrize(
    "scope", ["openid admin", "wallet:transfer", " ", "nothing", "é", "x" * 999]
)
def test_a_scope_that_is_not_the_clients_is_refused(browser, server, scope):
    app = devices.television(server, scope="openid wallet:read")

    answer = devices.ask(browser, app, scope=scope)

    if scope == "openid admin":  # nobody knows it: passed over, as at the authorization endpoint
        assert answer.status_code == 200
    else:
        steps.refused(answer, "invalid_scope")


@rfc("8707", "2")
def test_a_resource_is_one_that_the_scope_opens(browser, tv, server):
    told = devices.begun(browser, tv, resource=f"{BANK}/wallet")

    assert row_of(server, told).audience == f"{BANK}/wallet"
    several = devices.begun(browser, tv, resource=[BANK, f"{BANK}/wallet"])
    assert row_of(server, several).audience == f"{BANK} {BANK}/wallet"
    for resource in (f"{BANK}/atm", "https://api.evil.example", "é"):
        steps.refused(devices.ask(browser, tv, resource=resource), "invalid_target")


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_asks(browser, method):
    assert getattr(browser, method)("/oauth/device_authorization").status_code == 405


@abuse("T-20")
@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"client_id": "x"}},
        {"data": b"\xff=\xfe", "content_type": FORM},
        {"data": b"client_id=a&client_id=b", "content_type": FORM},
        {"data": b"scope=openid&scope=openid", "content_type": FORM},
        {"data": b"client_id=%00", "content_type": FORM},
        {"data": b"", "content_type": None},
        {"query_string": {"client_id": "x", "scope": "openid"}, "data": {"a": "b"}},
    ],
)
def test_whatever_comes_is_refused_in_the_protocols_words(browser, sent):
    answer = browser.post("/oauth/device_authorization", **sent)

    assert answer.status_code in {400, 401}
    assert answer.json["error"] in {"invalid_request", "invalid_client"}


def test_a_code_that_is_taken_is_drawn_again(browser, tv, monkeypatch):
    drawn = iter(["WDJBMJHT", "WDJBMJHT", "WDJBMJHT", "BCDFGHJK"])
    monkeypatch.setattr(legible, "draw", lambda: next(drawn))

    shown = [devices.begun(browser, tv)["user_code"] for _ in range(2)]

    assert shown == ["WDJB-MJHT", "BCDF-GHJK"]


def test_when_every_code_drawn_is_taken_the_device_may_come_again(browser, tv, monkeypatch):
    monkeypatch.setattr(legible, "draw", lambda: "ZZZZZZZZ")
    devices.begun(browser, tv)

    answer = devices.ask(browser, tv)

    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "1"


@asvs("2.4.1")
def test_one_address_without_a_secret_begins_only_so_many(create_house):
    server = create_house("auth", RATE_LIMITS="on", DEVICE_RATE_LIMIT="3/minute")
    factories.keys(server)
    browser, open_one = server.test_client(), devices.television(server)
    secret_one = devices.television(server, "client_secret_basic")

    statuses = [devices.ask(browser, open_one).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]
    assert devices.ask(browser, secret_one).status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    form = {"client_id": open_one.client_id, "scope": "openid"}
    path = "/oauth/device_authorization"
    assert browser.post(path, data=form, environ_overrides=elsewhere).status_code == 200


def test_a_code_goes_a_day_after_it_expired(browser, tv, server, held_clock):
    told = devices.begun(browser, tv)
    day = timedelta(days=1)
    keep_house = ["housekeeping", "run"]
    held_clock.shift(day + timedelta(seconds=600))
    server.test_cli_runner().invoke(args=keep_house)
    assert row_of(server, told)

    held_clock.shift(1)
    server.test_cli_runner().invoke(args=keep_house)

    assert row_of(server, told) is None


def test_a_row_says_which_states_there_are(browser, tv, server):
    told = devices.begun(browser, tv)
    mine = DeviceCode.device_code_digest == digests.of(told["device_code"])

    with server.app_context(), pytest.raises(Exception, match="state"), kept(db):
        db.session.execute(update(DeviceCode).where(mine).values(state="free"))


def test_what_waits_is_found_by_its_code_until_it_expires(server, tv, held_clock):
    with server.app_context():
        _, user_code = device_codes.ask(tv.client_id, ("openid",), houses.ISSUER)
        row = db.session.scalar(
            select(DeviceCode).where(DeviceCode.user_code_digest == device_codes.indexed(user_code))
        )
    assert row.expires_at - clock.now() == timedelta(seconds=600)
    assert (row.state, row.client_id, row.scope) == ("pending", tv.client_id, "openid")


@rfc("8628", "4")
def test_the_metadata_names_the_endpoint_and_the_grant(browser):
    document = browser.get("/.well-known/oauth-authorization-server").json

    assert document["device_authorization_endpoint"].endswith("/oauth/device_authorization")
    assert DEVICE in document["grant_types_supported"]
