"""Sealing keeps up with what is recorded, and a proof is read from few rows."""

import os

import pytest

from app.auth.audit import events, trail
from app.auth.audit.chain import linking, proofs, verification
from app.auth.audit.chain.models import State
from app.auth.database import db
from app.foundation import clock, merkle
from app.foundation.database import kept
from tests.auth.audit import plans
from tests.support.marks import mission

RECORDS = 1_000_000 if os.environ.get("SOAK") else 3000
A_SECOND = 500  # records that are to be linked in one
PROOF_SECONDS = 0.05


def write(many):
    """Record ``many`` things, a thousand a transaction."""
    for start in range(0, many, 1000):
        people = [f"p{number}" for number in range(start, min(many, start + 1000))]
        with kept(db):
            trail.record_each(events.ROLE_GIVEN, people, actor="boss", data={"role": "user"})


def took(deed, *arguments):
    """Return what ``deed`` returned, and in how many seconds."""
    began = clock.ticks()
    return deed(*arguments), clock.ticks() - began


def link_all():
    """Link what waits; return how many."""
    done = 0
    while part := linking.link_due():
        done += part
    return done


@mission("S87")
def test_more_than_500_records_a_second_are_linked_and_one_is_proved_at_once(auth_context):
    write(RECORDS)

    linked, seconds = took(link_all)

    size = db.session.get(State, 1).size
    assert linked >= RECORDS
    proofs_took = []
    for index in range(0, size, max(1, size // 50)):
        seq = db.session.scalar(
            db.text("SELECT seq FROM audit_links WHERE number = :n"), {"n": index}
        )
        found, one = took(proofs.of_record, seq, size)
        proofs_took.append(one)
        root = proofs.root_of(size)
        assert merkle.is_included(found.leaf, found.index, size, found.path, root)
    print(f"{linked / seconds:.0f} linked a second; a proof {max(proofs_took) * 1000:.1f} ms")
    assert linked / seconds > A_SECOND
    assert sorted(proofs_took)[len(proofs_took) // 2] < PROOF_SECONDS


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_neither_a_proof_nor_a_verifier_reads_all_hashes_of_the_tree_to_find_some(auth_context):
    write(3000)
    link_all()

    with plans.sent() as statements:
        proofs.of_record(1234, 3000)
        with db.engine.connect() as connection:
            assert verification.verify(connection, [], lambda _: None).damages == []

    asked = [each for each in statements if "FROM audit_nodes" in each[0]]
    assert len(asked) >= 2
    for each in asked:
        told = plans.of(*each)
        assert "SCAN audit_nodes" not in told, told


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_nothing_waits_when_there_is_nothing(auth_context):
    link_all()

    assert link_all() == 0
