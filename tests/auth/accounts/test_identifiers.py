"""What people are known by, made uniform."""

import pytest

from app.auth.accounts import identifiers
from tests.support.marks import abuse, mission


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@example.com", "ana@example.com"),
        ("  Ana@Example.COM ", "Ana@example.com"),
        ("ana@açaí.com.br", "ana@xn--aa-4iaz.com.br"),
        ("demo@portaria.example", "demo@portaria.example"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_ascii(typed, kept):
    assert identifiers.email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "a b@example.com", "ana@example.com\x00", "a" * 300 + "@b.com"]
)
def test_what_is_no_address_is_refused(typed):
    assert identifiers.email(typed) is None


@abuse("N-05")
@pytest.mark.parametrize(
    "typed", ["mıke@example.com", "mi\u212ae@example.com", "ｍike@example.com"]
)
def test_an_address_that_only_looks_like_another_is_none(typed):
    assert identifiers.email(typed) is None


@abuse("N-05")
@pytest.mark.parametrize(
    "typed", ["mıke", "mi\u212ae", "ｍike", "mike\u200b", "12345678909", "a@b", "ab"]
)
def test_a_user_name_is_ascii_with_a_letter(typed):
    assert identifiers.username(typed) is None


def test_a_user_name_may_have_dots_and_dashes():
    assert identifiers.username("Ana.Souza-1_b") == "Ana.Souza-1_b"


@mission("S17", "S19", "C25")
@pytest.mark.parametrize("typed", ["123.456.789-09", "12345678909", " 12345678909 "])
def test_a_cpf_is_eleven_digits_however_typed(typed):
    assert identifiers.cpf(typed, strict=True) == "12345678909"


@mission("C25")
@pytest.mark.parametrize(
    "typed", ["12345678901", "11111111111", "1234567890", "１２３４５６７８９０９"]
)
def test_a_strict_cpf_has_check_digits_that_agree(typed):
    assert identifiers.cpf(typed, strict=True) is None


@mission("C25")
def test_a_cpf_by_format_is_eleven_digits_not_all_equal():
    assert identifiers.cpf("12345678901", strict=False) == "12345678901"
    assert identifiers.cpf("11111111111", strict=False) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(11) 98765-4321", "+5511987654321"),
        ("11987654321", "+5511987654321"),
        ("+351 912 345 678", "+351912345678"),
        ("123", None),
        ("ana", None),
        ("\ud800", None),
    ],
)
def test_a_phone_is_kept_in_e164(typed, kept):
    assert identifiers.phone(typed) == kept
