"""Passwords: hashes, turns, and the policy."""

import threading
import time

import argon2
import bcrypt
import pytest

from app.auth.accounts import passwords
from app.auth.accounts.models import User
from app.foundation.problems import Unavailable
from app.foundation.turns import Turns
from tests.auth import persons
from tests.support.marks import abuse, asvs, mission, rfc


@pytest.fixture
def database_kind():
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def ana(auth_context):
    return User(
        sub="sub",
        email="ana.souza@example.com",
        email_folded="ana.souza@example.com",
        username="aninha",
        full_name="Ana Beatriz Souza",
    )


@asvs("11.4.2")
@mission("S97", "C6")
def test_a_password_is_kept_as_argon2id_of_the_settings(ana):
    passwords.set(ana, persons.PASSWORD)

    assert ana.password_hash.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert passwords.check(ana, persons.PASSWORD)


@asvs("6.2.8")
@pytest.mark.parametrize(
    "typed", ["Cavalo bateria grampo", " cavalo bateria grampo", "x" * 257, ""]
)
def test_a_password_is_compared_exactly(ana, typed):
    passwords.set(ana, persons.PASSWORD)

    assert not passwords.check(ana, typed)


def test_a_password_is_the_same_however_its_letters_are_composed(ana):
    passwords.set(ana, "cora\u00e7\u00e3o de le\u00e3o")

    assert passwords.check(ana, "corac\u0327a\u0303o de lea\u0303o")


def test_half_a_character_is_no_failure(ana):
    passwords.set(ana, persons.PASSWORD)

    assert not passwords.check(ana, "\ud800")


def test_nobody_and_who_has_no_password_never_match(ana):
    assert not passwords.check(None, persons.PASSWORD)
    assert not passwords.check(ana, persons.PASSWORD)
    ana.password_hash = "plain"
    assert not passwords.check(ana, "plain")


@mission("S96", "C6")
def test_an_imported_bcrypt_hash_is_accepted_and_becomes_argon2id(ana):
    ana.password_hash = bcrypt.hashpw(persons.PASSWORD.encode(), bcrypt.gensalt(4)).decode()

    assert passwords.check(ana, persons.PASSWORD)
    assert not passwords.check(ana, "another one")
    assert passwords.upgraded(ana, persons.PASSWORD).startswith("$argon2id$")


@asvs("6.2.8")
def test_bcrypt_never_matches_by_the_72_bytes_it_reads(ana):
    ana.password_hash = bcrypt.hashpw(b"a" * 72, bcrypt.gensalt(4)).decode()

    assert passwords.check(ana, "a" * 72)
    assert not passwords.check(ana, "a" * 73)


@asvs("11.2.2")
@mission("C6")
def test_a_hash_of_weaker_settings_becomes_one_of_todays(ana, auth_context):
    ana.password_hash = argon2.PasswordHasher(1, 8, 1).hash(persons.PASSWORD)
    auth_context.config["PASSWORD_MEMORY_KIB"] = 16

    better = passwords.upgraded(ana, persons.PASSWORD)

    assert "m=16," in better
    ana.password_hash = better
    assert passwords.upgraded(ana, persons.PASSWORD) is None


@abuse("L-01")
def test_nobodys_password_costs_what_anybodys_does(ana, auth_context):
    auth_context.config |= {"PASSWORD_MEMORY_KIB": 4096, "PASSWORD_PASSES": 2}
    passwords.set(ana, persons.PASSWORD)

    anybody, nobody = [], []
    for _ in range(15):
        anybody.append(timed(ana))
        nobody.append(timed(None))

    assert 0.6 < sorted(nobody)[7] / sorted(anybody)[7] < 1.6


def timed(user):
    begun = time.perf_counter()
    passwords.check(user, "a wrong one")
    return time.perf_counter() - begun


def refuse(clear, user):
    return passwords.refusal(clear, user)


@asvs("6.2.1", "6.2.4", "6.2.5", "6.2.9", "6.2.11")
@pytest.mark.parametrize(
    ("clear", "key"),
    [
        ("short", "password.short"),
        ("x" * 257, "password.long"),
        ("12345678", "password.leaked"),
        ("QWERTY123", "password.leaked"),
        ("aaaaaaaaaaaa", "password.leaked"),
        ("souza1990", "password.same_data"),
        ("ana.souza@example.com", "password.same_data"),
        ("Aninha12", "password.same_data"),
        ("aninha12345678", "password.same_data"),
        ("portaria1", "password.same_data"),
        ("cavalo bateria grampo", None),
        ("aninha cavalo bateria", None),
        ("aaaaaaab", None),
        ("só letras bem compridas, sem número", None),
        ("x y" * 60, None),
    ],
)
@rfc("NIST SP 800-63B-4", "3.1.1.2")
def test_the_policy_is_length_the_common_ones_and_own_data(ana, clear, key):
    assert refuse(clear, ana) == key


@mission("S23")
@pytest.mark.parametrize("sample", ["Senha@123", "NovaSenha@123"])
def test_the_documents_samples_pass_in_development_alone(ana, auth_context, sample):
    assert refuse(sample, ana) is None
    auth_context.config["APP_ENV"] = "production"
    assert refuse(sample, ana) == "password.leaked"


@asvs("6.2.4", "6.2.12")
def test_the_list_of_common_passwords_is_long_lower_case_and_of_policy_length():
    assert len(passwords.COMMON) >= 3000
    assert {"password1", "flamengo", "qwertyuiop"} <= passwords.COMMON
    assert all(word == word.casefold() and len(word) >= 8 for word in passwords.COMMON)


class TestTurns:
    """At most so many at once, so many waiting, a quick no to the rest."""

    @asvs("15.2.2")
    def test_no_more_than_so_many_work_at_once(self):
        turns, seen, lock = Turns(2), [0, 0], threading.Lock()

        def work():
            with turns.take(queue=50):
                with lock:
                    seen[0] += 1
                    seen[1] = max(seen)
                time.sleep(0.005)
                with lock:
                    seen[0] -= 1

        crowd = [threading.Thread(target=work) for _ in range(20)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()

        assert seen == [0, 2]

    def test_who_finds_the_queue_full_is_told_at_once(self):
        turns, leave = Turns(1), threading.Event()
        held = threading.Thread(target=hold, args=(turns, leave))
        waiting = threading.Thread(target=hold, args=(turns, leave))
        held.start()
        waiting.start()
        until(lambda: turns._waiting == 1)

        with pytest.raises(Unavailable), turns.take(queue=1):
            pass
        nobody_left = held.is_alive() and waiting.is_alive()
        leave.set()
        held.join()
        waiting.join()

        assert nobody_left
        with turns.take(queue=0):
            pass


def hold(turns, leave):
    with turns.take(queue=1):
        leave.wait(60)


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.001)
    assert true()
