"""Taking tokens back (RFC 7009)."""

import pytest
from sqlalchemy import event

from app.auth.database import db
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

INACTIVE = {"active": False}


@pytest.fixture
def answer(browser, app, ana):
    """The tokens of a grant."""
    return steps.tokens(browser, app, ana, scope="openid email offline_access")


def is_live(browser, app, token):
    """Is ``token`` good, as its client is told?"""
    return steps.introspect(browser, app, token).json["active"]


@abuse("M-15")
@behaviour(133)
@rfc("7009", "2.1")
def test_a_revoked_access_token_is_dead_at_once_and_alone(browser, app, answer):
    assert steps.userinfo(browser, answer["access_token"]).status_code == 200

    done = steps.revoke(browser, app, answer["access_token"])

    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    assert not is_live(browser, app, answer["access_token"])
    assert steps.userinfo(browser, answer["access_token"]).status_code == 401
    assert steps.refresh(browser, app, answer["refresh_token"]).status_code == 200


@rfc("7009", "2.1")
def test_a_revoked_refresh_token_takes_its_grant_along(browser, app, answer):
    second = steps.refresh(browser, app, answer["refresh_token"]).json

    steps.revoke(browser, app, second["refresh_token"])

    steps.refused(steps.refresh(browser, app, second["refresh_token"]), "invalid_grant")
    assert not is_live(browser, app, answer["access_token"])
    assert not is_live(browser, app, second["access_token"])


def test_another_grant_of_the_same_person_and_client_lives_on(browser, app, answer):
    other = steps.tokens(browser, app)

    steps.revoke(browser, app, answer["refresh_token"])

    assert is_live(browser, app, other["access_token"])
    assert steps.refresh(browser, app, other["refresh_token"]).status_code == 200


@rfc("7009", "2.2")
@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "x" * 60_000, f"rft_{'0' * 25}.1.{'x' * 43}"])
def test_what_is_no_token_is_revoked_already(browser, app, token):
    assert steps.revoke(browser, app, token).status_code == 200


def test_a_token_may_be_revoked_twice(browser, app, answer):
    for name in ("access_token", "refresh_token"):
        assert steps.revoke(browser, app, answer[name]).status_code == 200
        assert steps.revoke(browser, app, answer[name]).status_code == 200


@rfc("7009", "2.1")
def test_another_client_revokes_nothing_and_learns_nothing(browser, app, other_app, answer):
    unknown = steps.revoke(browser, other_app, "x")
    for name in ("access_token", "refresh_token"):
        done = steps.revoke(browser, other_app, answer[name])
        assert (done.status_code, done.data) == (unknown.status_code, unknown.data)

    assert is_live(browser, app, answer["access_token"])
    assert is_live(browser, app, answer["refresh_token"])


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", "é"])
def test_a_hint_is_only_a_hint(browser, app, answer, hint):
    for name in ("access_token", "refresh_token"):
        assert steps.revoke(browser, app, answer[name], token_type_hint=hint).status_code == 200
        assert not is_live(browser, app, answer[name])


@pytest.mark.parametrize("token", [None, ""])
def test_a_missing_token_is_told(browser, app, token):
    steps.refused(steps.revoke(browser, app, token), "invalid_request")


@asvs("10.4.10")
@abuse("T-10")
@rfc("7009", "2.1")
def test_nobody_revokes_a_confidential_clients_token_by_its_id_alone(browser, app, answer):
    naked = factories.App(app.client_id, None, "none", app.described)

    for name in ("access_token", "refresh_token"):
        steps.refused(steps.revoke(browser, naked, answer[name]), "invalid_client", 401)
        assert is_live(browser, app, answer[name])


def test_a_public_client_revokes_its_own(browser, public_app, ana):
    answer = steps.tokens(browser, public_app, ana)

    assert steps.revoke(browser, public_app, answer["refresh_token"]).status_code == 200

    steps.refused(steps.refresh(browser, public_app, answer["refresh_token"]), "invalid_grant")
    assert steps.userinfo(browser, answer["access_token"]).status_code == 401


@asvs("16.5.3")
@abuse("M-09")
@rfc("7009", "2.2.1")
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_a_revocation_that_cannot_be_kept_is_no_success(browser, app, server, answer, name):
    def fail(_connection, _cursor, statement, *_more):
        if "revoked_tokens" in statement:
            raise OSError("the disk is full")

    with server.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        failed = steps.revoke(browser, app, answer[name])
    finally:
        event.remove(engine, "before_cursor_execute", fail)

    assert failed.status_code >= 500
    assert is_live(browser, app, answer["access_token"])
    assert is_live(browser, app, answer["refresh_token"])
    assert steps.revoke(browser, app, answer[name]).status_code == 200
    assert not is_live(browser, app, answer[name])
