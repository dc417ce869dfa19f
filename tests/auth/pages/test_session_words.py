"""How a session reads: only a part of its address, and its methods in words."""

import pytest

from app.auth.pages import session_words
from app.foundation import masks, words
from tests.support.marks import asvs


@pytest.fixture
def database_kind():
    """No table is read here."""
    return "sqlite"


@asvs("14.2.6")
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("177.12.80.40", "177.12.•••.40"),
        ("2804:14c:5b9d::9f", "2804:14c:•••:9f"),
        ("::1", "0:0:•••:1"),
        ("elsewhere", None),
        (None, None),
    ],
)
def test_an_address_is_shown_in_part(address, shown):
    assert masks.address(address) == shown


@pytest.mark.parametrize(
    ("amr", "said"),
    [("pwd", "senha"), ("pwd otp mfa", "senha e código"), ("hwk user", "chave de acesso")],
)
def test_methods_are_said_in_words(auth_app, amr, said):
    with auth_app.test_request_context():
        assert session_words.methods(amr) == said


@pytest.mark.parametrize(("_part", "_sign", "key"), session_words.KINDS)
def test_every_kind_of_device_has_a_name(auth_app, _part, _sign, key):
    with auth_app.test_request_context():
        assert words.t(key)
