"""Finding a person."""

import base64

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.database import db
from app.foundation.sealing import Ring
from tests.auth import persons
from tests.support.marks import abuse, mission


@pytest.fixture
def ana(auth_context):
    return persons.open_account(
        "Mike@Example.com", username="Mike.Souza", cpf="123.456.789-09", phone="11987654321"
    )


@mission("S46")
@pytest.mark.parametrize(
    "typed",
    [
        "mike@example.com",
        "MIKE@EXAMPLE.COM",
        " Mike@example.com ",
        "mike.souza",
        "MIKE.SOUZA",
        "12345678909",
        "123.456.789-09",
    ],
)
def test_a_person_is_found_by_address_user_name_or_cpf(ana, typed):
    assert lookup.by_identifier(typed).id == ana.id


@abuse("N-05")
@pytest.mark.parametrize(
    "typed",
    [
        "mıke@example.com",
        "mi\u212ae@example.com",
        "ｍike@example.com",
        "mıke.souza",
        "mi\u212ae.souza",
    ],
)
def test_a_look_alike_finds_nobody(ana, typed):
    assert lookup.by_identifier(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["", "nobody@example.com", "52998224725", "\x00", "a\x00@example.com", "\ud800", "x" * 70_000],
)
def test_whatever_else_is_typed_finds_nobody(ana, typed):
    assert lookup.by_identifier(typed) is None


def test_a_person_is_found_by_id_and_by_sub(ana):
    assert lookup.by_id(ana.id).sub == ana.sub
    assert lookup.by_sub(ana.sub).id == ana.id
    assert lookup.by_sub("nobody") is None


def test_papers_are_sealed_and_read_back(ana):
    row = db.session.execute(select(User.cpf_sealed, User.phone_sealed, User.cpf_index)).one()

    assert papers.read(ana, "cpf") == "12345678909"
    assert papers.read(ana, "phone") == "+5511987654321"
    assert all(b"12345678909" not in part and b"5511987654321" not in part for part in row)


def test_a_cpf_is_still_found_once_another_key_seals(ana, auth_context):
    keys = {
        "new": bytes(32),
        "test": base64.b64decode("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    }
    auth_context.extensions["sealing"] = Ring(keys)

    assert lookup.by_identifier("12345678909").id == ana.id
    assert papers.read(ana, "cpf") == "12345678909"
