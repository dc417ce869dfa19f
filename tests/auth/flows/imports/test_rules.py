"""Who a line describes, by the rules of joining; all that is wrong is told, and nothing quoted."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.accounts import papers
from app.auth.flows.imports import rules
from app.auth.flows.imports.rules import Allowed, Unfit
from tests.auth.import_commands import town
from tests.support.marks import abuse, mission

ALLOWED = Allowed(frozenset({"user", "support"}), frozenset({"default"}))


@pytest.fixture
def database_kind():
    """Nothing here depends on the database."""
    return "sqlite"


def faults(told):
    """Return all that is wrong with a line."""
    try:
        rules.read(told, ALLOWED)
    except Unfit as unfit:
        return unfit.faults
    return ()


def wrong(**more):
    """Return the fields in which something is wrong with a person who is fine otherwise."""
    told = {name: value for name, value in town.person(1, **more).items() if value is not None}
    return {fault.field for fault in faults(told)}


def test_what_a_line_says_is_written_our_way(auth_context):
    person = rules.read(
        town.person(7, cpf="529.982.247-25", birth_date="15/01/1990", phone="(11) 98765-4321"),
        ALLOWED,
    )

    assert person.user.email_folded == "pessoa7@banco.example"
    assert papers.read(person.user, "cpf") == "52998224725"
    assert papers.read(person.user, "phone") == "+5511987654321"
    assert person.user.birth_date.isoformat() == "1990-01-15"
    assert person.user.email_verified_at.isoformat() == "2021-05-06T07:08:09+00:00"
    assert person.user.identity_verified_at is None
    assert person.roles == ("user",)


@mission("S16", "S18", "S20")
@abuse("C-09")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", 7),
        ("email", None),
        ("username", "a"),
        ("name", "Ana"),
        ("given_name", "Ana\nBeatriz"),
        ("cpf", "11111111111"),
        ("birth_date", "31/02/1990"),
        ("birth_date", "2020-01-01"),
        ("birth_date", "2990-01-01"),
        ("phone", "123"),
        ("phone", None),
        ("locale", "not a language"),
        ("password_hash", "senha123"),
        ("email_verified", "yes"),
        ("email_verified", False),
        ("email_verified_at", "2021-05-06T07:08:09"),
        ("email_verified_at", "2921-05-06T07:08:09Z"),
        ("totp_secret", "0189 not base32"),
        ("totp_secret", "JBSWY3DPEHPK3PXP"),  # 80 bits, of which no code is made
        ("roles", ["emperor"]),
        ("roles", ["admin"]),
        ("roles", "support"),
        ("institutions", ["nowhere"]),
    ],
)
def test_a_line_is_held_to_the_rules_of_joining(auth_context, field, value):
    assert wrong() == set()
    assert wrong(**{field: value}) == {field}


def test_all_that_is_wrong_is_told_at_once(auth_context):
    assert wrong(email="x", cpf="1", phone="2", name="y") == {"email", "cpf", "phone", "name"}


def test_nobody_comes_in_without_a_way_to_sign_in(auth_context):
    assert wrong(password_hash=None) == set()  # a proved address resets it
    nothing = {"email_verified_at": None, "phone_verified": None}
    assert wrong(password_hash=None, **nothing) == {"password_hash"}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Nd", "Lu"])),  # half characters among them
    st.lists(st.text() | st.integers()),
    st.dictionaries(st.text(), st.text()),
    st.sampled_from(sorted(str(value) for value in town.person(0).values())),
)
LINES = st.dictionaries(st.sampled_from(sorted(rules.MEMBERS)), VALUES)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_whatever_a_line_says_it_is_a_person_or_told_by_field_and_sentence(auth_context, told):
    for line in (told, town.person(3) | told):
        found = faults(line)

        assert {fault.field for fault in found} <= rules.MEMBERS.keys()
        assert {fault.reason for fault in found} <= SENTENCES


SENTENCES = {
    *rules._KIND.values(),
    *rules._BIRTH.values(),
    rules.hashes.UNKNOWN,
    rules.hashes.TOO_DEAR,
    rules.roles.UnknownRole.description,
    "An e-mail address is needed.",
    "That is not a first and a last name.",
    "It is malformed.",
    "There is no institution of that code.",
    "Administrators are brought in with --allow-admin alone.",
    "Without one, nor a verified e-mail or phone, nobody could come in.",
    "That is not a base32 secret of 23 to 128 letters.",
    "That is not a moment in the past, with its zone.",
    "It is false beside a moment at which it became true.",
    "It is verified, and is not there.",
    "That is not an e-mail address.",
    "A user name has 3 to 64 letters, digits, dots, - or _.",
    "That is not a valid CPF.",
    "That is not a valid phone number.",
}
