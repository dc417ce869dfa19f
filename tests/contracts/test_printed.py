"""The documents are the ones we built to, and nothing printed in them is passed over."""

import hashlib
import re

import pytest

from tests.contracts import printed


@pytest.mark.parametrize("number", printed.DIGESTS)
def test_a_document_that_changed_is_noticed(number):
    whole = (printed.FOLDER / f"{number}.txt").read_bytes()

    assert hashlib.sha256(whole).hexdigest() == printed.DIGESTS[number]


def test_every_request_and_answer_of_document_001_is_read():
    found = printed.exchanges("001")

    assert [(e.method, e.path, len(e.answers)) for e in found] == [
        ("POST", "/auth", 1),
        ("GET", "/dados-pessoais", 0),
        ("POST", "/auth/refresh", 1),
    ]
    assert [sorted(each) for each in printed.payloads("001")] == [
        ["aud", "exp", "iat", "iss", "name", "roles", "sub"],
        ["aud", "exp", "iat", "iss", "sub"],
    ]


def test_every_request_answer_and_error_of_document_002_is_read():
    found = printed.exchanges("002")

    assert [(e.method, e.path, len(e.answers), len(e.errors)) for e in found] == [
        ("POST", "/api/signup", 1, 3),
        ("POST", "/api/signup/activate", 1, 0),
        ("POST", "/api/login", 2, 0),
        ("POST", "/api/login/verify-mfa", 1, 0),
        ("POST", "/api/forgot-password", 1, 0),
        ("POST", "/api/reset-password", 1, 0),
    ]
    headings = re.findall(r"^### (POST) (\S+)$", printed.text("002"), re.MULTILINE)
    assert headings == [(e.method, e.path) for e in found]
    assert len(printed.commands("002")) == 2


def test_every_route_of_document_004_is_read():
    found = printed.routes("004")

    assert len(found) == 13
    assert {each.method for each in found} == {"GET", "POST"}
    rows = re.findall(r"^\| (?:GET|POST) ", printed.text("004"), re.MULTILINE)
    assert len(rows) == len(found)
    assert [sorted(each) for each in printed.payloads("004")] == [
        sorted(
            [
                "sub",
                "user_id",
                "user_name",
                "email",
                "roles",
                "institutions",
                "iss",
                "aud",
                "iat",
                "exp",
                "jti",
            ]
        )
    ]


def test_what_differs_is_told():
    said = {"message": "Conta ativada com sucesso!", "user": {"id": 1}, "token": "eyJ"}

    assert list(printed.differs(said | {"more": 1, "token": "other"}, said)) == []
    assert list(printed.differs({"message": "Conta ativada.", "user": {"id": "1"}}, said)) == [
        ".message: Conta ativada.",
        ".user.id: str, not int",
        ".token: missing",
    ]
