"""Document 004: the second factor is set up, asked for at each sign-in, taken away (S73–S76)."""

from datetime import timedelta

import pyotp
import pytest
import time_machine

from app.auth.database import db
from app.auth.factors.models import RecoveryCode, TotpSecret
from app.foundation import clock
from tests.auth import outbox, stage
from tests.auth.api import nest
from tests.auth.api.phone import Phone
from tests.support import factories
from tests.support.marks import abuse, mission, rfc

NOON = "2026-11-20T12:00:00Z"


@pytest.fixture
def held():
    """Time stands still, for the steps of thirty seconds."""
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


def set_up(phone, token):
    """Set an authenticator app up and enable it; return the app and the answer."""
    setup = phone.call("POST", "/auth/2fa/setup", {}, token)
    assert setup.status_code == 200
    app = pyotp.TOTP(setup.json["secret"])
    return app, phone.call("POST", "/auth/2fa/enable", {"code": app.at(clock.seconds())}, token)


def sign_in(phone, person, code=None):
    """Sign in, with a code if there is one; return the answer."""
    return nest.login(phone, person.email, **({"twoFactorCode": code} if code else {}))


@mission("S73", "S74", "S76", "A13-22", "A13-23")
def test_once_enabled_every_sign_in_needs_a_code(phone, ana, held, server):
    token = sign_in(phone, ana).json["access_token"]

    app, answer = set_up(phone, token)

    assert app.provisioning_uri  # the secret is one that apps read
    assert answer.status_code == 200
    assert answer.json["enabled"] is True
    assert len(set(answer.json["recoveryCodes"])) == 10
    held.shift(30)
    without, wrong = sign_in(phone, ana), sign_in(phone, ana, "000000")
    right = sign_in(phone, ana, app.at(clock.seconds()))
    assert (without.status_code, without.json["error"]) == (401, "two_factor_required")
    assert (wrong.status_code, wrong.json["error"]) == (401, "two_factor_invalid")
    assert right.status_code == 200
    held.shift(3600)
    assert sign_in(phone, ana).json["error"] == "two_factor_required"
    me = phone.call("GET", "/auth/me", token=right.json["access_token"])
    assert me.status_code == 401  # it is an hour later
    with server.app_context():
        assert "factor_on" in outbox.names(ana.email)


@mission("S73")
def test_the_address_is_one_that_authenticator_apps_read(phone, ana, held):
    token = sign_in(phone, ana).json["access_token"]

    setup = phone.call("POST", "/auth/2fa/setup", {}, token).json

    read = pyotp.parse_uri(setup["otpauthUrl"])
    assert (read.secret, read.digits, read.interval) == (setup["secret"], 6, 30)
    assert setup["qrSvg"].startswith("<svg")


@rfc("6238", "5.2")
@abuse("O-01")
@mission("S76")
def test_a_code_is_good_once(phone, ana, held, server):
    app = factories.authenticator(server, ana)
    code = app.at(clock.seconds())

    first, second = sign_in(phone, ana, code), sign_in(phone, ana, code)

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json["error"] == "two_factor_invalid"


@abuse("O-01")
def test_of_many_who_show_one_code_at_once_one_comes_in(own_server, held):
    server = own_server(SIGN_INS_AT_ONCE=16)
    phone, ana = Phone(server), factories.person(server, verified=True)
    code = factories.authenticator(server, ana).at(clock.seconds())

    def come_in(_number):
        return sign_in(phone, ana, code).status_code

    answers = stage.all_at_once(server, come_in, 6)

    assert answers.count(200) == 1


@abuse("O-04")
@mission("S76")
def test_after_five_wrong_codes_a_right_one_is_not_judged(phone, ana, held, server):
    app = factories.authenticator(server, ana)
    for _ in range(5):
        assert sign_in(phone, ana, "000000").json["error"] == "two_factor_invalid"

    answer = sign_in(phone, ana, app.at(clock.seconds()))

    assert (answer.status_code, answer.json["error"]) == (429, "too_many_attempts")


@abuse("O-05")
def test_of_many_wrong_codes_at_once_no_more_are_judged_than_of_a_few(own_server, held):
    server = own_server(SIGN_INS_AT_ONCE=16)
    phone, ana = Phone(server), factories.person(server, verified=True)
    factories.authenticator(server, ana)

    def guess(_number):
        return sign_in(phone, ana, "000000").json["error"]

    answers = [*stage.all_at_once(server, guess, 8), *stage.all_at_once(server, guess, 8)]

    assert answers.count("two_factor_invalid") <= server.config["LOGIN_ATTEMPTS"]


@abuse("O-08")
@mission("S76", "A13-18")
def test_the_password_alone_gives_nothing_that_opens_anything(phone, ana, server):
    factories.authenticator(server, ana)

    answer = sign_in(phone, ana)

    assert answer.json.keys() == {"message", "error"}
    assert "Set-Cookie" not in answer.headers


@abuse("O-11")
@mission("S74")
def test_a_recovery_code_comes_in_once_and_is_kept_as_a_digest(phone, ana, held, server):
    token = sign_in(phone, ana).json["access_token"]
    codes = set_up(phone, token)[1].json["recoveryCodes"]

    first, second = (sign_in(phone, ana, codes[0]) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 401)
    with server.app_context():
        rows = db.session.query(RecoveryCode).filter_by(user_id=ana.id).all()
        kept = repr([vars(row) for row in rows])
    assert rows
    assert not any(code in kept for code in codes)


@abuse("O-13")
@mission("S73", "A13-22")
def test_the_secret_is_never_told_again(phone, ana, held, server):
    token = sign_in(phone, ana).json["access_token"]
    app, _ = set_up(phone, token)

    again = phone.call("POST", "/auth/2fa/setup", {}, token)
    me = phone.call("GET", "/auth/me", token=token)

    assert (again.status_code, again.json["error"]) == (409, "totp_already_on")
    assert me.json["twoFactorEnabled"] is True
    assert app.secret not in again.text + me.text
    with server.app_context():
        row = db.session.get(TotpSecret, ana.id)
        assert app.secret.encode() not in bytes(row.secret_sealed)


@abuse("O-14")
@mission("S66", "S76")
def test_a_new_password_does_not_take_the_factor_away(phone, ana, held, server):
    factories.authenticator(server, ana)
    phone.post("/reset-password/request", email=ana.email)

    done = nest.confirm(phone, nest.token_of(server, ana.email), "girafa violeta marmita")

    assert done.status_code == 200
    answer = nest.login(phone, ana.email, "girafa violeta marmita")
    assert answer.json["error"] == "two_factor_required"


@mission("S75", "A13-24")
def test_the_code_of_now_takes_the_factor_away(phone, ana, held, server):
    app, _ = set_up(phone, sign_in(phone, ana).json["access_token"])
    held.shift(30)
    token = sign_in(phone, ana, app.at(clock.seconds())).json["access_token"]

    wrong = phone.call("POST", "/auth/2fa/disable", {"code": "000000"}, token)
    held.shift(30)
    right = phone.call("POST", "/auth/2fa/disable", {"code": app.at(clock.seconds())}, token)

    assert (wrong.status_code, wrong.json["error"]) == (400, "two_factor_invalid")
    assert (right.status_code, right.json) == (200, {"enabled": False})
    assert sign_in(phone, ana).status_code == 200
    with server.app_context():
        assert "factor_off" in outbox.names(ana.email)


@mission("S75", "C33", "A13-24")
def test_a_factor_that_policy_wants_stays(own_server, held):
    server = own_server(SECOND_FACTOR="always")
    phone, ana = Phone(server), factories.person(server, verified=True)
    app = factories.authenticator(server, ana)
    token = sign_in(phone, ana, app.at(clock.seconds())).json["access_token"]
    held.shift(30)

    answer = phone.call("POST", "/auth/2fa/disable", {"code": app.at(clock.seconds())}, token)

    assert (answer.status_code, answer.json["error"]) == (403, "second_factor_mandated")


@mission("S73", "S75")
@pytest.mark.parametrize(
    ("path", "body"), [("setup", {}), ("enable", {"code": "123456"}), ("disable", {"code": "1"})]
)
def test_an_old_sign_in_is_not_enough(phone, ana, held, path, body):
    token = sign_in(phone, ana).json["access_token"]
    held.move_to(clock.now() + timedelta(seconds=301))

    answer = phone.call("POST", f"/auth/2fa/{path}", body, token)

    assert (answer.status_code, answer.json["error"]) == (401, "insufficient_user_authentication")
    assert 'max_age="300"' in answer.headers["WWW-Authenticate"]
    assert phone.call("POST", f"/auth/2fa/{path}", body).status_code == 401


@mission("S73")
@abuse("L-14")
def test_who_has_not_proved_the_address_sets_nothing_up(phone):
    token = nest.register(phone, nest.new_address()).json["access_token"]

    answer = phone.call("POST", "/auth/2fa/setup", {}, token)

    assert (answer.status_code, answer.json["error"]) == (403, "email_not_verified")
