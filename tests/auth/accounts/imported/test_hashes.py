"""Hashes made elsewhere: what is taken can be judged, and what is too dear is not taken."""

import time

import argon2
import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from app.auth.accounts import passwords
from app.auth.accounts.imported import hashes
from app.auth.accounts.models import User
from tests.auth import persons
from tests.auth.import_commands.town import HASH
from tests.support.marks import mission

ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


@pytest.fixture
def database_kind():
    """Nothing here depends on the database."""
    return "sqlite"


def made(kind):
    return argon2.PasswordHasher(2, 64, 2, type=kind).hash(persons.PASSWORD)


@mission("S96", "C6")
@pytest.mark.parametrize(
    "hash_",
    [
        HASH,
        HASH.replace("$2b$", "$2a$"),
        HASH.replace("$2b$", "$2y$"),
        made(argon2.Type.ID),
        made(argon2.Type.I),
    ],
    ids=["2b", "2a", "2y", "argon2id", "argon2i"],
)
def test_a_hash_that_is_taken_is_judged_and_becomes_one_of_ours(auth_context, hash_):
    person = User(sub="sub", password_hash=hash_)

    assert hashes.refusal(hash_) is None
    assert passwords.check(person, persons.PASSWORD)
    assert not passwords.check(person, "another one")
    assert passwords.upgraded(person, persons.PASSWORD).startswith("$argon2id$")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "senha",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "pbkdf2_sha256$600000$salt$hash",
        HASH.replace("$2b$", "$2x$"),
        HASH.replace("$04$", "$03$"),
        HASH[:-1],
        HASH + "\n",
        ARGON2.replace("argon2id", "argon2d"),
        ARGON2.replace("v=19", "v=18"),
        ARGON2.replace("m=65536", "m=31"),
        ARGON2.replace("p=4", "p=0"),
        ARGON2.replace("c29t", "=9t"),
        ARGON2[:-1] + "B",  # bits that no encoder sets
    ],
)
def test_nothing_else_is_taken_for_a_hash(auth_context, text):
    assert hashes.refusal(text) == hashes.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        HASH.replace("$04$", "$13$"),
        HASH.replace("$04$", "$31$"),
        ARGON2.replace("m=65536", "m=65537"),
        ARGON2.replace("m=65536", "m=4294967295"),
        ARGON2.replace("t=3", "t=5"),
        ARGON2.replace("t=3", "t=4294967295"),
        ARGON2.replace("p=4", "p=17"),
    ],
)
def test_a_hash_that_is_too_dear_is_refused(auth_context, text):
    assert hashes.refusal(text) == hashes.TOO_DEAR


def test_judging_the_dearest_hash_and_making_ours_fits_under_the_floor(create_house):
    settings = config.Auth.model_fields
    own = {"PASSWORD_MEMORY_KIB", "PASSWORD_PASSES", "LOGIN_FLOOR_MS"}
    app = create_house("auth", **{name: settings[name].default for name in own})
    dearest = [
        bcrypt.hashpw(b"x", bcrypt.gensalt(settings["IMPORT_BCRYPT_COST"].default)).decode(),
        argon2.PasswordHasher(
            settings["IMPORT_ARGON2_PASSES"].default,
            settings["IMPORT_ARGON2_MEMORY_KIB"].default,
            1,
        ).hash("x"),
    ]
    with app.app_context():
        for hash_ in dearest:
            assert hashes.refusal(hash_) is None
            spent = min(cost(User(sub="sub", password_hash=hash_)) for _ in range(3))
            assert spent < app.config["LOGIN_FLOOR_MS"] / 1000


def cost(person):
    """Return the processor's seconds: what else the machine does is not counted."""
    begun = time.thread_time()
    passwords.check(person, "x")
    passwords.upgraded(person, "x")
    return time.thread_time() - begun


@given(st.text() | st.from_regex(r"\$(2[aby]|argon2)\S*", fullmatch=True))
def test_any_text_is_judged_without_a_failure(text):
    assert hashes._BCRYPT.fullmatch(text) or hashes.refusal(text) == hashes.UNKNOWN
