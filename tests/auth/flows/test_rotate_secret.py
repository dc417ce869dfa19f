"""A secret is replaced once for each time that was asked for."""

import pytest

from app.auth.audit import events
from app.auth.clients import credentials, registry
from app.auth.database import db
from app.auth.flows import rotate_secret
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage


def newest():
    """Return the id of the secret in use."""
    return credentials.in_use("shop")[0].id


def rotate(seen, **more):
    """Replace the secret and keep that; return the new one."""
    secret, digest = credentials.draw_secret()
    with kept(db):
        rotate_secret.now("shop", digest, seen=seen, **more)
    return secret


def test_the_new_one_is_good_and_the_one_before_is_not(auth_context):
    old = stage.register()["client_secret"]

    new = rotate(newest(), by="ana")

    record = registry.find("shop")
    assert record.check_client_secret(new)
    assert not record.check_client_secret(old)
    assert (events.CLIENT_SECRET_ROTATED, "shop") in persons.recorded()


def test_what_was_replaced_meanwhile_is_not_replaced_again(auth_context):
    stage.register()
    seen = newest()
    new = rotate(seen)

    for late in (seen, None, "", "sec_other"):
        with pytest.raises(rotate_secret.AlreadyRotated):
            rotate(late)

    assert registry.find("shop").check_client_secret(new)


def test_with_an_overlap_the_newest_is_the_one_that_does_not_end(auth_context, held_clock):
    stage.register()
    before = newest()
    rotate(before, overlap_seconds=3600)

    assert [secret.ends_at is None for secret in credentials.in_use("shop")] == [True, False]
    assert newest() != before
    rotate(newest(), overlap_seconds=60)
    assert len(credentials.in_use("shop")) == 3
    held_clock.shift(61)
    assert len(credentials.in_use("shop")) == 1  # neither of the earlier ones outlives the other


def test_of_many_at_once_one_wins(auth_app):
    with auth_app.app_context():
        stage.register()
        seen = newest()

    got = stage.all_at_once(auth_app, lambda _: rotate(seen, overlap_seconds=60), 4)

    assert sum(isinstance(each, str) for each in got) == 1
    assert sum(isinstance(each, rotate_secret.AlreadyRotated) for each in got) == 3
    with auth_app.app_context():
        assert len(credentials.in_use("shop")) == 2


def test_a_client_without_a_secret_is_given_none(auth_context):
    stage.register(token_endpoint_auth_method="none", grant_types=["authorization_code"])

    with pytest.raises(rotate_secret.AlreadyRotated):
        rotate("")
    assert credentials.in_use("shop") == []


def test_nobodys_secret_cannot_be_replaced(auth_context):
    with pytest.raises(NotFound):
        rotate("x")
