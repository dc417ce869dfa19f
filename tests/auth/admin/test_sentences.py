"""Words for whatever a description may be refused for, and a label for every member."""

import re
from pathlib import Path

import pytest

from app.auth.admin.clients import fields, sentences
from app.auth.clients import addresses, keys, members, metadata
from app.auth.clients.linked import sectors
from app.auth.clients.metadata import InvalidMetadata
from app.foundation import words

RULES = set(addresses.RULES) | {"other"}
for module in (metadata, keys, sectors, fields):
    text = Path(module.__file__).read_text()
    RULES |= set(re.findall(r'_wrong\(\s*[\w"]+,\s*"(\w+)"', text))
    RULES |= set(re.findall(r'_wrong\(\s*"[^"]+",\s*"(\w+)"', text))
    RULES |= set(re.findall(r'rule="(\w+)"', text))


@pytest.fixture
def database_kind():
    """Words have nothing to do with the database."""
    return "sqlite"


@pytest.fixture(params=["pt-BR", "en"])
def spoken(request, auth_app):
    """A request in each language."""
    with auth_app.test_request_context(headers={"Accept-Language": request.param}):
        yield


def test_every_rule_has_words(spoken):
    texts = words._speaking().texts

    assert len(RULES) > 20
    for rule in RULES:
        assert any(re.fullmatch(rf"metadata\.{rule}(_\w+)?", key) for key in texts), rule


def test_every_member_has_a_label(spoken):
    for name in members.MEMBERS:
        assert words.known(f"admin.field.{name}"), name


def test_every_field_of_the_form_is_a_member():
    assert set(members.MEMBERS) >= fields.SHOWN


def test_every_grant_and_rule_of_the_form_has_words(spoken):
    for grant in fields.GRANTS:
        assert words.known(f"admin.grant.{grant}")
    assert set(fields.GRANTS) == set(members.MEMBERS["grant_types"].choices)


def test_what_the_form_does_not_show_is_told_by_name(spoken):
    wrong = InvalidMetadata("x", member="software_id#x", rule="localized")

    told = sentences.beside([wrong, InvalidMetadata("x")], {})

    assert set(told) == {sentences.FORM}
    assert "software_id" in told[sentences.FORM][0]


def test_a_rule_nobody_wrote_words_for_is_told_all_the_same(spoken):
    told = sentences.beside([InvalidMetadata("x", member="client_name", rule="new")], {})

    assert "client_name" in told["client_name"][0]
