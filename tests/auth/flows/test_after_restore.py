"""After a restore: what waited for somebody's answer may have been answered since."""

import json

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.flows.four_eyes import acts
from app.auth.flows.operations import after_restore
from app.auth.institutions import directory, invitations
from app.auth.staff import pending
from app.foundation.database import kept
from tests.support.marks import abuse


@abuse("F32")
def test_an_invitation_that_waited_is_good_no_more(auth_context):
    with kept(db):
        directory.create("porto", "Banco do Porto")
        taken, waits = (invitations.invite("porto", f"{name}@example.com") for name in "ab")
        invitations.withdraw(taken.id)

    counts = after_restore.end_all()

    assert counts["invitations"] == 1
    assert invitations.waiting(waits.id) is None
    told = db.session.scalars(
        select(AuditRecord.data).where(AuditRecord.event == events.INVITATION_WITHDRAWN)
    )
    assert {json.loads(data)["invitation"] for data in told} == {taken.id, waits.id}


@abuse("F32")
def test_an_act_that_waited_for_a_second_person_is_refused(auth_context):
    with kept(db):
        told = dict.fromkeys(("payload", "before", "difference"), "{}")
        act = pending.add("client.change", "loja", None, "ana", **told)

    counts = after_restore.end_all()

    assert counts["pending_acts"] == 1
    assert pending.state_of(pending.get(act.id)) == "refused"
    record = db.session.scalar(select(AuditRecord).where(AuditRecord.subject == "loja"))
    assert (record.event, record.actor) == (events.ACT_REFUSED, events.OPERATOR)
    assert json.loads(record.data)["act"] == act.id
    with pytest.raises(pending.Decided), kept(db):
        acts.refuse(act.id)
    assert after_restore.end_all()["pending_acts"] == 0
