"""Register a client: once, with a secret shown once; switch it off."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import directory, keys, metadata, registration, registry
from app.auth.clients.models import Client, ClientSecret
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import disable_client, register_client
from app.auth.tokens import access, lookup, refresh
from app.foundation import digests
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage
from tests.auth.clients.conftest import key, public, signed
from tests.auth.institutions import aurora
from tests.support.marks import abuse, rfc


def everything_about(client_id):
    """Return all that the database holds of a client, as text."""
    db.session.rollback()
    rows = [db.session.get(Client, client_id)]
    rows += db.session.scalars(select(ClientSecret).where(ClientSecret.client_id == client_id))
    return repr([[getattr(row, c.key) for c in row.__table__.columns] for row in rows])


@abuse("C-10")
@rfc("7591", "3.2.1")
def test_the_secret_is_shown_once_and_only_its_digest_is_kept(auth_context):
    answer = stage.register()

    secret = answer["client_secret"]
    assert len(secret) == 43  # 256 bits
    assert answer["client_secret_expires_at"] == 0
    assert secret not in everything_about("shop")
    [row] = db.session.scalars(select(ClientSecret)).all()
    assert row.value_digest == digests.of(secret)
    record = registry.find("shop")
    assert record.check_client_secret(secret)
    assert not record.check_client_secret(secret[:-1])
    assert not record.check_client_secret("")
    assert secret not in repr(record)


def test_a_public_client_has_no_secret(auth_context):
    answer = stage.register(token_endpoint_auth_method="none", grant_types=["authorization_code"])

    assert "client_secret" not in answer
    assert db.session.scalars(select(ClientSecret)).all() == []
    assert not registry.find("shop").check_client_secret("")


@abuse("J-13")
def test_the_keys_of_a_client_that_signs_are_looked_at_before_it_is_registered(auth_context):
    signing = {"token_endpoint_auth_method": "private_key_jwt"}
    private = key().as_dict(private=True)

    with pytest.raises(metadata.InvalidMetadata) as refused:
        stage.register(**signing, jwks={"keys": [private]})
    stage.register(**signing, jwks={"keys": [public()]})

    assert refused.value.member == "jwks"
    assert keys.verify(registry.find("shop"), signed(), ["ES256"])


def test_an_id_is_drawn_when_none_is_given(auth_context):
    first, second = stage.register(client_id=None), stage.register(client_id=None)

    assert first["client_id"].startswith("cli_")
    assert first["client_id"] != second["client_id"]


def test_id_and_secret_may_be_set(auth_context):
    secret = "a secret of thirty-two characters"
    with kept(db):
        answer = register_client.register(
            stage.SHOP, scopes=scopes.CATALOGUE, client_id="my app", client_secret=secret
        )

    assert (answer["client_id"], answer["client_secret"]) == ("my app", secret)
    assert registry.find("my app").check_client_secret(secret)


UNFIT = [
    {"client_id": "a" * 201},
    {"client_id": "lója"},
    {"client_id": "a\nb"},
    {"client_id": "shop", "client_secret": "short"},
    {"client_id": "shop", "client_secret": "a" * 40 + "\n"},
]


def test_an_unfit_id_or_secret_is_refused_and_nothing_is_kept(auth_context):
    before = len(db.session.scalars(select(AuditRecord)).all())

    for unfit in UNFIT:
        with pytest.raises(metadata.InvalidMetadata), kept(db):
            register_client.register(stage.SHOP, scopes=scopes.CATALOGUE, **unfit)

    assert directory.everyone() == []
    assert len(db.session.scalars(select(AuditRecord)).all()) == before


def test_an_id_is_given_once(auth_context):
    stage.register()

    with pytest.raises(registration.Taken):
        stage.register()

    assert len(directory.everyone()) == 1
    assert len(db.session.scalars(select(ClientSecret)).all()) == 1


def test_of_many_who_register_one_id_at_once_one_wins(auth_app):
    got = stage.all_at_once(auth_app, lambda _: stage.register(), 4)

    assert sum(isinstance(answer, dict) for answer in got) == 1
    assert sum(isinstance(answer, registration.Taken) for answer in got) == 3


def test_registering_and_disabling_are_on_the_record_without_the_secret(auth_context):
    secret = stage.register()["client_secret"]
    with kept(db):
        disable_client.now("shop")
        disable_client.now("shop")

    db.session.rollback()
    mine = select(AuditRecord).where(AuditRecord.subject == "shop").order_by(AuditRecord.seq)
    told = db.session.scalars(mine).all()
    assert [(row.event, row.subject) for row in told] == [
        (events.CLIENT_REGISTERED, "shop"),
        (events.CLIENT_DISABLED, "shop"),
    ]
    assert secret not in repr([vars(row) for row in told])


def test_disabling_a_client_that_is_not_there_is_refused(auth_context):
    with pytest.raises(NotFound):
        disable_client.now("nobody")


@abuse("M-06", "M-15")
def test_a_disabled_client_holds_nothing_from_that_moment(auth_context):
    stage.make_keys()
    client, other = stage.app_named(), stage.app_named("bank", audiences=[BANK])
    grant, value = stage.granted(stage.come_in(persons.open_account()), client)
    theirs = access.for_grant(grant, client, grant.scope)
    its_own = access.for_client(client, "reports:read", BANK)
    assert lookup.introspect(theirs, other)["active"]
    assert lookup.introspect(its_own, other)["active"]

    with kept(db):
        disable_client.now("shop")

    assert lookup.introspect(theirs, other) == {"active": False}
    assert lookup.introspect(its_own, other) == {"active": False}
    assert lookup.introspect(value, client) == {"active": False}
    assert refresh.rotate(refresh.parse(value), "shop") is None
    assert registry.find("shop").disabled


BANK = "http://localhost:3000/bank"


def test_an_app_belongs_to_an_institution_that_there_is(auth_context):
    with pytest.raises(metadata.InvalidMetadata) as refusal:
        stage.register(institution="aurora")
    assert refusal.value.member == "institution"
    aurora.open_bank()

    stage.register(institution="aurora")

    assert registry.institution_of("shop") == "aurora"
    assert db.session.get(Client, "shop").institution == "aurora"
    with kept(db):
        register_client.change("shop", stage.SHOP, scopes=scopes.CATALOGUE)
    assert registry.institution_of("shop") is None
