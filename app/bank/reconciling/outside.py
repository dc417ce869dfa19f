"""What others say: the provider of each payment, the authorization server of each approval."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.bank.deeds.models import SpentApproval
from app.bank.payments import courier
from app.bank.payments.models import Payment
from app.bank.payments.providers import current
from app.bank.payments.providers.interface import REFUSED, Unclear
from app.bank.reconciling.snapshot import Difference, rows
from app.foundation import clock
from app.foundation.problems import Unavailable

_payments, _spent = Payment.__table__, SpentApproval.__table__
_SAME = {"owner_sub": "sub", "client_id": "client_id", "kind": "type"}
_SAME |= {"digest": "digest", "approved_by": "method"}
PROOF = {"transaction_id", "decision", *_SAME.values()}


def checks(provider_days=None, evidence=None):
    """Return the checks that are asked for, by name, as :data:`checking.CHECKS` has them.

    provider_days: ask the provider of what was settled in so many days; evidence: what the
    authorization server's ``evidence list`` says (dicts).
    """
    found = {}
    if provider_days is not None:
        found["provider"] = partial(_provider, days=provider_days)
    if evidence is not None:
        found["evidence"] = partial(_evidence, listed=evidence)
    return found


def _provider(connection, *, days):
    """Each payment stands at the provider as it stands here.

    Raises Unavailable: when the provider cannot say.
    """
    since = clock.now() - timedelta(days=days)
    for row in rows(connection, select(_payments), _payments.c.id):
        if row.settled_at is None or row.settled_at < since:
            continue
        try:
            outcome = current.provider().ask(courier.asked(row), courier.SECONDS)
        except Unclear as unclear:
            raise Unavailable(f"The provider cannot say: {unclear.reason}.") from unclear
        if outcome is None and row.state == REFUSED:  # or never arrived
            outcome = row
        for name in ("state",) if row.state == REFUSED else ("state", "reference"):
            found = outcome and getattr(outcome, name)
            if found != row._mapping[name]:
                yield Difference(_payments.name, row.id, name, row._mapping[name], found)
        yield None


def _evidence(connection, *, listed):
    """Each approval that was spent was given, by that person and for that deed."""
    given = {each["transaction_id"]: each for each in listed if each["decision"] == "approved"}
    for row in rows(connection, select(_spent), _spent.c.transaction_id):
        proof = given.get(row.transaction_id)
        if proof is None:
            yield Difference(_spent.name, row.transaction_id, "evidence", "one", None)
            continue
        for name, told in _SAME.items():
            # What was approved so long ago that it was erased, evidence no longer tells.
            if proof[told] is not None and proof[told] != row._mapping[name]:
                found = row._mapping[name]
                yield Difference(_spent.name, row.transaction_id, name, proof[told], found)
        yield None
