"""Opening an account."""

import pytest
from sqlalchemy import func, select

from app.auth.accounts import claims, passwords, registration
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.database import db
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, mission, rfc

EVERYTHING = {
    "name": "Ana Souza",
    "given_name": "Ana",
    "family_name": "Souza",
    "middle_name": "Beatriz",
    "nickname": "Aninha",
    "preferred_username": "ana.s",
    "profile": "https://example.com/ana",
    "picture": "https://example.com/ana.png",
    "website": "https://ana.example.com",
    "gender": "female",
    "birthdate": "1990-01-15",
    "zoneinfo": "America/Sao_Paulo",
    "locale": "pt-BR",
    "phone_number": "+5511987654321",
    "address": {"formatted": "Rua A, 1\nSão Paulo", "country": "BR"},
}


@rfc("OIDC Core", "5.1")
def test_every_standard_claim_given_is_told_back(auth_context):
    user = persons.open_account(claims=EVERYTHING, verified=True)

    told = claims.of(user)

    assert {name: told[name] for name in EVERYTHING} == EVERYTHING
    assert told["email"] == "ana@example.com"
    assert told["email_verified"] is True
    assert told["phone_number_verified"] is True
    assert told["updated_at"] == int(user.updated_at.timestamp())
    assert "sub" not in told


def test_what_is_not_known_of_a_person_is_not_told(auth_context):
    told = claims.of(persons.open_account())

    assert set(told) == {"email", "email_verified", "updated_at"}
    assert told["email_verified"] is False


def test_the_user_name_is_the_preferred_one_unless_another_is(auth_context):
    assert claims.of(persons.open_account(username="ana"))["preferred_username"] == "ana"


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"sub": "x"},
        {"updated_at": 1},
        {"roles": ["admin"]},
        {"name": ""},
        {"name": None},
        {"name": 5},
        {"name": "a\x00b"},
        {"nickname": "x" * 501},
        {"birthdate": "15/01/1990"},
        {"birthdate": "19900115"},
        {"birthdate": "1990-02-30"},
        {"address": "Rua A"},
        {"address": {"planet": "Earth"}},
        {"address": {"country": 55}},
        {"email_verified": "yes"},
        {"picture": "javascript:alert(1)"},
        {"website": "example.com"},
        {"zoneinfo": "Moon/Base"},
        {"locale": "português"},
        {"email": "bia@example.com"},
        {"phone_number": "12"},
    ],
)
@abuse("L-17")
def test_claims_that_are_none_of_ours_or_malformed_are_refused(auth_context, given):
    with pytest.raises(registration.Refused):
        persons.open_account(claims=given)

    assert db.session.scalar(select(func.count(User.id))) == 0


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"username": "a"}, "username"),
        ({"cpf": "11111111111"}, "cpf"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_what_is_malformed_is_named(auth_context, told, field):
    with pytest.raises(registration.Refused) as refusal:
        persons.open_account(**told)

    assert refusal.value.field == field


@abuse("N-05")
@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"email": "ANA@example.COM"}, "email"),
        ({"email": "b@example.com", "username": "ANA"}, "username"),
        ({"email": "b@example.com", "cpf": "12345678909"}, "cpf"),
        ({"email": "b@example.com", "phone": "11987654321", "verified": True}, "phone"),
    ],
)
def test_what_is_one_persons_cannot_be_anothers(auth_context, told, field):
    persons.open_account(
        username="ana", cpf="123.456.789-09", phone="+5511987654321", verified=True
    )

    with pytest.raises(registration.Taken) as refusal:
        persons.open_account(**told)

    assert refusal.value.field == field


def test_of_ten_who_open_one_account_at_once_one_does(auth_app):
    outcomes = []

    def one():
        with auth_app.app_context():
            try:
                persons.open_account()
            except registration.Taken:
                outcomes.append("taken")
            else:
                outcomes.append("opened")

    at_once(one, 10)

    assert sorted(outcomes) == ["opened"] + ["taken"] * 9


@mission("C25")
def test_document_002s_cpf_passes_by_format_and_not_strictly(create_house):
    for kind, passes in (("format", True), ("strict", False)):
        with create_house("auth", CPF_VALIDATION=kind).app_context():
            if passes:
                assert persons.open_account(cpf="12345678901").cpf_sealed
            else:
                with pytest.raises(registration.Refused):
                    persons.open_account(cpf="12345678901")


def test_a_refused_password_opens_nothing(auth_context):
    with pytest.raises(passwords.Refused) as refusal:
        persons.open_account(password="12345678")

    assert refusal.value.key == "password.leaked"
    assert persons.recorded() == []


def test_opening_an_account_is_recorded_without_personal_data(auth_context):
    user = persons.open_account(name="Ana Souza")

    assert persons.recorded() == [(events.ACCOUNT_CREATED, user.sub)]
