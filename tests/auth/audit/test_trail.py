"""The record: written with the deed, or apart from it, and never changed."""

import json
from typing import NamedTuple

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.auth.accounts.models import User
from app.auth.audit import events, trail
from app.auth.audit.models import AuditRecord
from app.auth.database import db, hot
from app.foundation.database import kept
from app.foundation.hot import Chain
from tests.auth import persons
from tests.support.marks import abuse, asvs

CHANGES = {
    "postgresql": ["TRUNCATE audit_records"],
    "sqlite": [
        "INSERT OR REPLACE INTO audit_records SELECT seq, at, event, 'nobody', subject,"
        " request_id, data, nonce, mac FROM audit_records"
    ],
}
CHANGES_BOTH = ["UPDATE audit_records SET actor = 'nobody'", "DELETE FROM audit_records"]


class _Won(NamedTuple):
    sub: str


def record():
    trail.record(events.ACCOUNT_CREATED, actor=events.SYSTEM, subject="someone")


def test_a_record_is_kept_with_the_deed(auth_context):
    with kept(db):
        record()

    assert persons.recorded() == [(events.ACCOUNT_CREATED, "someone")]


def test_a_record_is_undone_with_the_deed(auth_context):
    record()
    db.session.flush()
    db.session.rollback()

    assert persons.recorded() == []


@abuse("L-06")
def test_a_record_apart_stays_though_the_request_is_undone(auth_context):
    trail.record_apart(events.SIGN_IN_FAILED, actor=events.NOBODY, subject=None)
    db.session.rollback()

    assert persons.recorded() == [(events.SIGN_IN_FAILED, None)]


def test_a_record_apart_is_refused_while_the_request_has_writes_pending(auth_context):
    record()

    with pytest.raises(RuntimeError):
        trail.record_apart(events.SIGN_IN_FAILED, actor=events.NOBODY, subject=None)


def test_only_events_of_the_catalogue_are_recorded(auth_context):
    with pytest.raises(ValueError, match="catalogue"):
        trail.record("account:profile:improved", actor=events.SYSTEM, subject="someone")


def test_every_event_is_named_subject_noun_verb_and_described():
    names = {v for k, v in vars(events).items() if k.isupper() and isinstance(v, str) and ":" in v}

    assert names == set(events.CATALOGUE)
    assert all(len(name.split(":")) == 3 for name in names)
    assert all(words.endswith(".") for words in events.CATALOGUE.values())


@asvs("16.2.1")
def test_a_record_tells_its_request_and_its_data_canonically(auth_app):
    @auth_app.get("/deed")
    def deed():
        trail.record(
            events.CONSENT_GIVEN, actor="sub", subject="client", data={"b": 1, "a": "openid"}
        )
        return ""

    answer = auth_app.test_client().get("/deed")

    with auth_app.app_context():
        row = db.session.scalars(select(AuditRecord)).one()
        assert row.data == '{"a":"openid","b":1}'
        assert json.loads(row.data) == {"a": "openid", "b": 1}
        assert row.request_id == answer.headers["X-Request-Id"]
        assert row.at.utcoffset().total_seconds() == 0


def test_a_link_records_exactly_when_the_deciding_statement_wins(auth_context):
    user = persons.open_account()
    chain = Chain(
        "UPDATE users SET locale = :locale WHERE id = :id AND locale IS NULL RETURNING sub",
        _Won,
        trail.link("won.sub"),
    )
    values = trail.values(events.TOKEN_REVOKED, actor="client", data={"n": 1})

    won = hot.run(chain, id=user.id, locale="en", **values)
    lost = hot.run(chain, id=user.id, locale="pt-BR", **values)

    assert (len(won), len(lost)) == (1, 0)
    assert persons.recorded()[1:] == [(events.TOKEN_REVOKED, user.sub)]
    assert db.session.scalar(select(User.locale)) == "en"


@asvs("16.4.2")
def test_the_database_refuses_to_change_the_record(auth_context, database_kind):
    with kept(db):
        record()

    for change in CHANGES_BOTH + CHANGES[database_kind]:
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(change))
        db.session.rollback()
