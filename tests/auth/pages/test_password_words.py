"""Advice about a password: what helps most, and nothing where it is strong."""

import pytest

from app.auth.pages import password_words


@pytest.fixture(autouse=True)
def _request(auth_app):
    with auth_app.test_request_context():
        yield


@pytest.fixture
def database_kind():
    """No test here reads it."""
    return "sqlite"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("password1", "palavra ou um nome"),
        ("qwertyuiop[", "Teclas vizinhas"),
        ("aaaaaaaaaa", "Repetir não protege"),
        ("abcdefgh", "Sequências"),
        ("15011990", "Datas e anos"),
    ],
)
def test_a_weak_one_is_told_what_would_help(typed, told):
    assert told in password_words.advice(typed)


@pytest.mark.parametrize("typed", ["", "nuvem de algodao doce", "tres tigres na varanda"])
def test_a_strong_one_and_none_are_told_nothing(typed):
    assert password_words.advice(typed) is None


def test_ones_own_data_makes_it_weak():
    own = ("Rita Alves", "rita@example.com", "")

    assert password_words.advice("rita@example.com", *own)


@pytest.mark.parametrize("typed", ["x" * 73, "x" * 9999, "ſ\u202e\U0001f600" * 99, " "])
def test_whatever_is_typed_it_is_no_error(typed):
    password_words.advice(typed)
