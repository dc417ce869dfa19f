"""The page of one person: who it is, masked; what they have here; what may be done about it."""

from app.auth.admin import guard
from app.auth.admin.people import calls, facts, held, within
from app.auth.flows.people import looking
from app.auth.hosted import forms, signed_in
from app.auth.institutions import members
from app.auth.people import naming
from app.auth.staff import holding
from app.auth.staff.permissions import (
    AUDIT_READ,
    CONSENTS_READ,
    CONSENTS_WITHDRAW,
    PEOPLE_ACT_FOR,
    PEOPLE_LOCK,
    PEOPLE_RESET_FACTOR,
    PEOPLE_UNMASK,
)

MAY = {
    "lock": PEOPLE_LOCK,
    "reset": PEOPLE_RESET_FACTOR,
    "apps": CONSENTS_READ,
    "withdraw": CONSENTS_WITHDRAW,
    "record": AUDIT_READ,
    "unmask": PEOPLE_UNMASK,
    "act": PEOPLE_ACT_FOR,
}


def show(user, status=200, **told):
    """Return the page of ``user``. told: ``outcome`` of the last deed, or a ``notice``."""
    looking.note(user, by=guard.actor(), once_an_hour=not within.only_reads(user))
    codes = members.codes(user.id)
    may = {name: guard.reach(permission).covers(*codes) for name, permission in MAY.items()}
    return forms.page(
        "admin/people/person",
        status,
        user=user,
        called=naming.called(user),
        badges=list(facts.badges(user)),
        about=list(facts.about(user)),
        roles=sorted(holding.here(user.id)),
        institutions=[(code, sorted(holding.here(user.id, code))) for code in codes],
        sessions=held.sessions(user.id),
        factors=held.factors(user.id),
        apps=held.apps(user.id) if may["apps"] else None,
        pending=held.pending(user),
        happened=held.happened(user.sub),
        allowed=may,
        command=calls.deed("show", user.sub),
        **told,
        **signed_in.page(),
    )
