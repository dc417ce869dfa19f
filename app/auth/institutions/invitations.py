"""Invitations: an address is asked to become a member; whoever has proved that address may, once.

The link that is mailed opens a page and does nothing by itself; only its digest is kept.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app.auth.accounts import identifiers, lookup
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions import directory, members, membership
from app.auth.institutions.models import Institution, InstitutionInvitation
from app.auth.notifications import post
from app.foundation import clock, database, digests, ids, paging
from app.foundation.problems import NotFound, Problem

PATH = "/membership"  # of the page that the link opens
DAY = timedelta(days=1)
ONE_ADDRESS = 3  # invitations that an institution may mail to one address in a day
STATES = ("waiting", "accepted", "withdrawn", "expired")
_NEWEST = InstitutionInvitation.created_at.desc(), InstitutionInvitation.id


class BadAddress(Problem):
    """That is no e-mail address that we can write to."""

    code = "bad_address"
    status = 422
    key = "register.email"
    description = "That is not an e-mail address."


class AlreadyMember(Problem):
    """Whoever has proved this address is a member."""

    code = "already_member"
    status = 409
    key = "admin.institutions.already_member"
    description = "Whoever has this address is a member already."


class TooMany(Problem):
    """Enough was mailed today, to this address or by this institution."""

    code = "too_many_invitations"
    status = 429
    key = "admin.institutions.too_many"
    description = "Too many invitations. Send this one tomorrow."


class Over(Problem):
    """It was accepted, taken back or replaced, or its time is over: which, is not told."""

    code = "invitation_over"
    status = 410
    key = "membership.over"
    description = "This invitation is no longer good."


class NotTheirs(Problem):
    """Another address was invited than the one this person has proved."""

    code = "invitation_of_another"
    status = 403
    key = "membership.other"
    description = "The invitation is for another e-mail address."


def invite(code, address, *, by=events.OPERATOR, locale=None):
    """Mail ``address`` an invitation to the institution ``code``; return its row.

    The one before to that address stops working. Raises NotFound, BadAddress, AlreadyMember,
    TooMany.
    """
    email = identifiers.email(address)
    if not email:
        raise BadAddress
    institution, now, folded = directory.held(code), clock.now(), identifiers.folded(email)
    known = lookup.by_email(email)
    if known and known.email_verified_at and membership.find(institution.id, known.sub):
        raise AlreadyMember
    _refuse_too_many(institution.id, folded, now)
    same = InstitutionInvitation.email_folded == folded
    database.write(db, _ended(institution.id, now).where(same))
    link = ids.secret()
    row = InstitutionInvitation(
        id=ids.new("inv"),
        institution_id=institution.id,
        email_folded=folded,
        link_digest=digests.of(link),
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=current_app.config["INVITATION_DAYS"]),
    )
    db.session.add(row)
    opens = f"{current_app.config['ISSUER']}{PATH}?token={link}"
    told = {"institution": institution.name, "link": opens, "ends_at": row.expires_at}
    post.mail("invitation", email, locale=locale, **told)
    trail.record(events.INVITATION_SENT, actor=by, subject=code, data={"invitation": row.id})
    return row


def by_link(link):
    """Return the invitation whose link holds ``link``, while it is good; else None."""
    mine = InstitutionInvitation.link_digest == digests.of(link)
    return db.session.scalar(select(InstitutionInvitation).where(mine, *_waiting(clock.now())))


def of(institution_id, invitation_id):
    """Return that invitation of the institution, whatever became of it, or None."""
    mine = InstitutionInvitation.id == invitation_id
    theirs = InstitutionInvitation.institution_id == institution_id
    return db.session.scalar(select(InstitutionInvitation).where(mine, theirs))


def waiting(invitation_id):
    """Return that invitation and its institution's code and name, while it is good; else None."""
    query = select(InstitutionInvitation, Institution.code, Institution.name)
    query = query.join(Institution, Institution.id == InstitutionInvitation.institution_id)
    mine = InstitutionInvitation.id == invitation_id
    return db.session.execute(query.where(mine, *_waiting(clock.now()))).first()


def all_waiting():
    """Return the ids of the invitations that are good, whichever institution they are of."""
    query = select(InstitutionInvitation.id).where(*_waiting(clock.now()))
    return db.session.scalars(query.order_by(InstitutionInvitation.id)).all()


def is_for(row, user):
    """Has ``user`` proved the address that was invited?"""
    return user.email_verified_at is not None and user.email_folded == row.email_folded


def accept(invitation_id, user):
    """Make ``user`` a member by their invitation, once; return the institution's code.

    Raises Over, NotTheirs.
    """
    found = waiting(invitation_id)
    if found is None:
        raise Over
    row, code, _ = found
    if not is_for(row, user):
        raise NotTheirs
    now = clock.now()
    used = update(InstitutionInvitation).where(InstitutionInvitation.id == row.id, *_waiting(now))
    if not database.write(db, used.values(accepted_at=now)).rowcount:
        raise Over
    members.join(user.id, code)
    data = {"institution": code, "invitation": row.id}
    trail.record(events.MEMBER_ADMITTED, actor=user.sub, subject=user.sub, data=data)
    return code


def withdraw(invitation_id, *, by=events.OPERATOR):
    """Take an invitation back, if it still waits. Raises NotFound, Over."""
    row = db.session.get(InstitutionInvitation, invitation_id)
    if row is None:
        raise NotFound("There is no such invitation.")
    mine = InstitutionInvitation.id == row.id
    if not database.write(db, _ended(row.institution_id, clock.now()).where(mine)).rowcount:
        raise Over
    code = db.session.scalar(select(Institution.code).where(Institution.id == row.institution_id))
    data = {"invitation": row.id}
    trail.record(events.INVITATION_WITHDRAWN, actor=by, subject=code, data=data)


def look(institution_id, *, state=None, page=1):
    """Return the :class:`~app.foundation.paging.Found` page of an institution's invitations.

    state: one of :data:`STATES`.
    """
    return paging.paged(db.session, _fitting(institution_id, state), _NEWEST, page)


def batches(institution_id, *, state=None):
    """Yield lists of what :func:`look` would show on all pages."""
    query = _fitting(institution_id, state)
    return paging.batches(db.session, query, _NEWEST, InstitutionInvitation.id)


def state_of(row, now):
    """Return the state of an invitation at ``now``: one of :data:`STATES`."""
    if row.accepted_at:
        return "accepted"
    if row.withdrawn_at:
        return "withdrawn"
    return "waiting" if row.expires_at > now else "expired"


def _fitting(institution_id, state):
    mine, unanswered = InstitutionInvitation, tuple(_unanswered())
    fitting = {
        "waiting": (*unanswered, mine.expires_at > clock.now()),
        "accepted": (mine.accepted_at.is_not(None),),
        "withdrawn": (mine.withdrawn_at.is_not(None),),
        "expired": (*unanswered, mine.expires_at <= clock.now()),
    }
    return select(mine).where(mine.institution_id == institution_id, *fitting.get(state, ()))


def _ended(institution_id, now):
    """An UPDATE that takes back those of an institution that wait."""
    mine = InstitutionInvitation.institution_id == institution_id
    taken = update(InstitutionInvitation).where(mine, *_waiting(now))
    return taken.values(withdrawn_at=now)


def _waiting(now):
    return *_unanswered(), InstitutionInvitation.expires_at > now


def _unanswered():
    return InstitutionInvitation.accepted_at.is_(None), InstitutionInvitation.withdrawn_at.is_(None)


def _refuse_too_many(institution_id, folded, now):
    """The caller holds the institution's row, so that two at once are counted."""
    today = InstitutionInvitation.created_at > now - DAY
    mine = InstitutionInvitation.institution_id == institution_id
    same = InstitutionInvitation.email_folded == folded
    counted = func.count(), func.count().filter(same)
    sent, there = db.session.execute(select(*counted).where(mine, today)).one()
    if sent >= current_app.config["INVITATIONS_PER_DAY"] or there >= ONE_ADDRESS:
        raise TooMany
