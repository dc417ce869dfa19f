"""Who joins by document 002, as its app sends them, and the codes they are mailed."""

import secrets

from tests.auth import outbox

PASSWORD = "Senha@123"


def application(**other):
    """Return what the app sends for somebody new, with ``other`` members."""
    return {
        "email": f"{secrets.token_hex(6)}@example.com",
        "password": PASSWORD,
        "firstName": "João",
        "lastName": "Silva",
        "cpf": cpf(),
        "birthDate": "1990-01-15",
        "telephone": "11987654321",
        "type": "Default",
    } | other


def cpf():
    """Return a CPF that nobody has, its check digits right."""
    digits = [secrets.randbelow(10) for _ in range(9)]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def code(server, email):
    """Return the code in the last message to ``email`` that has one."""
    with server.app_context():
        return outbox.code(email)


def letters(server, email):
    """Return the names of the messages to ``email``."""
    with server.app_context():
        return outbox.names(email)


def join(phone, **other):
    """Join by ``phone``, and return what was sent."""
    given = application(**other)
    answer = phone.post("/api/signup", **given)
    assert answer.status_code == 200, answer.json
    return given


def activated(phone, **other):
    """Join and activate by ``phone``; return what was sent."""
    given = join(phone, **other)
    told = {"email": given["email"], "code": code(phone.server, given["email"])}
    answer = phone.post("/api/signup/activate", **told)
    assert answer.status_code == 200, answer.json
    return given


def sign_in(phone, given, **other):
    """Sign in by document 002 as who sent ``given``; return the answer."""
    told = {"email": given["email"], "password": given["password"]} | other
    return phone.post("/api/login", **told)
