"""Recovery codes: ten, shown once, each good once, nothing of them at rest."""

import pytest
from sqlalchemy import select

from app.auth.database import db
from app.auth.factors import recovery_codes
from app.auth.factors.models import RecoveryCode
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs, mission


@pytest.fixture
def ana(auth_context):
    return persons.open_account()


def drawn(user):
    with kept(db):
        return recovery_codes.draw(user.id)


def shown(user_id, code):
    with kept(db):
        return recovery_codes.verify(user_id, code)


@asvs("6.5.1")
@mission("S74")
@abuse("O-11")
def test_ten_codes_each_good_once(ana):
    codes = drawn(ana)

    assert len(set(codes)) == 10
    assert [shown(ana.id, code) for code in codes] == [True] * 10
    assert [shown(ana.id, code) for code in codes] == [False] * 10
    assert not recovery_codes.is_enrolled(ana.id)


@abuse("O-11")
def test_of_many_who_show_a_code_at_once_one_is_let_in(ana, auth_context):
    code, user_id = drawn(ana)[0], ana.id

    got = stage.all_at_once(auth_context, lambda _: shown(user_id, code), 8)

    assert sorted(got) == [False] * 7 + [True]
    assert recovery_codes.left(user_id) == 9


@asvs("6.5.2")
@abuse("O-11")
def test_nothing_of_a_code_is_kept_in_clear(ana):
    codes = drawn(ana)

    kept_rows = b"".join(map(bytes, db.session.scalars(select(RecoveryCode.code_digest))))

    assert not any(code.replace("-", "").encode() in kept_rows for code in codes)


def test_a_new_set_ends_the_one_before(ana):
    before = drawn(ana)
    drawn(ana)

    assert not shown(ana.id, before[0])
    assert recovery_codes.left(ana.id) == 10


def test_the_codes_of_one_person_are_nobody_elses(ana):
    bia = persons.open_account("bia@example.com")
    code = drawn(ana)[0]

    assert not shown(bia.id, code)
    assert shown(ana.id, code)


def test_case_spaces_and_dashes_do_not_matter(ana):
    code = drawn(ana)[0]

    assert shown(ana.id, f" {code.lower().replace('-', ' ')} ")


@pytest.mark.parametrize("typed", ["", "-", "x" * 5000, "\x00", "é" * 15, "１２３"])
def test_what_is_no_code_is_wrong(ana, typed):
    drawn(ana)

    assert not shown(ana.id, typed)
