"""A made-up town to bring in: as many people as one likes, each with all of theirs."""

import json

import bcrypt

from tests.auth import persons

HASH = bcrypt.hashpw(persons.PASSWORD.encode(), b"$2b$04$w2ZcERwYmMnZTfmR.KmJ1e").decode()
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(number, **more):
    """Return what a line says of the person of this number."""
    told = {
        "email": f"Pessoa{number}@banco.example",
        "username": f"pessoa-{number}",
        "name": f"Pessoa da Silva {_letters(number)}",
        "cpf": cpf(number),
        "birth_date": "1990-01-15",
        "phone": f"+55119{60_000_000 + number:08d}",
        "password_hash": HASH,
        "email_verified_at": "2021-05-06T07:08:09Z",
        "phone_verified": True,
        "roles": ["support"] if number % 100 == 0 else [],
        "institutions": ["default"],
        "locale": "pt-BR",
    }
    if number % 10 == 0:
        told["totp_secret"] = SECRET
    return told | more


def lines(people):
    """Return a file of JSON lines that says these dicts."""
    return "".join(f"{json.dumps(told, ensure_ascii=False)}\n" for told in people)


def write(path, count):
    """Write a file of ``count`` people, one at a time."""
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(lines([person(number)]))


def cpf(number):
    """Return the eleven digits whose first nine are made of ``number``."""
    digits = [int(c) for c in f"{100_000_000 + number:09d}"]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def _letters(number):
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
