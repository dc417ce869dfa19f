"""Whom an institution invites: the list of invitations; one is sent, one is taken back."""

from flask import redirect, url_for

from app.auth.admin import guard, lists
from app.auth.admin.institutions import calls, facts, within
from app.auth.hosted import forms, signed_in
from app.auth.institutions import invitations
from app.auth.staff.permissions import INSTITUTIONS_MANAGE
from app.foundation import clock, masks, words
from app.foundation.problems import NotFound

inviting = guard.door("admin_invitations", INSTITUTIONS_MANAGE)

COLUMNS = ("id", "email", "state", "invited_by", "created_at", "expires_at", "accepted_at")
DONE = ("invited", "withdrawn")
REFUSALS = (invitations.BadAddress, invitations.AlreadyMember, invitations.TooMany)
_HERE = "/admin/institutions/<client_id:code>/invitations"
_WITHDRAW = f"{_HERE}/<invitation_id>/withdraw"


@inviting.get(_HERE)
def index(code):
    """List the invitations that fit what was asked, the newest first."""
    institution = within.find(code)
    asked = lists.asked("state")
    if lists.wants_file():
        found = invitations.batches(institution.id, **asked)
        return lists.file(f"invitations-{code}", COLUMNS, found, _fields)
    return _page(institution, asked=asked, outcome=lists.outcome("admin.institutions.done", DONE))


@inviting.post(_HERE)
def invite(code):
    """Mail an invitation, or say why not."""
    institution = within.find(code)
    typed = forms.read(email=None).values["email"]
    try:
        invitations.invite(code, typed, by=guard.actor(), locale=words.locale())
    except REFUSALS as problem:
        wrong = {"email": words.t(problem.key)}
        return _page(institution, problem.status, asked={}, errors=wrong, typed=typed)
    return redirect(url_for("admin_invitations.index", code=code, done="invited"), 303)


@inviting.get(_WITHDRAW)
def ask_to_withdraw(code, invitation_id):
    """Say what would stop working, and ask."""
    institution = within.find(code)
    found = facts.invitation(_found(institution, invitation_id))
    if not found.waits:
        return redirect(url_for("admin_invitations.index", code=code), 303)
    return forms.page(
        "admin/institutions/withdraw",
        institution=institution,
        invitation=found,
        command=calls.withdrawing(invitation_id),
        **signed_in.page(),
    )


@inviting.post(_WITHDRAW)
def withdraw(code, invitation_id):
    """Take it back; where it is over already, that is as good."""
    found = _found(within.find(code), invitation_id)
    try:
        invitations.withdraw(found.id, by=guard.actor())
    except invitations.Over:
        return redirect(url_for("admin_invitations.index", code=code), 303)
    return redirect(url_for("admin_invitations.index", code=code, done="withdrawn"), 303)


def _found(institution, invitation_id):
    row = invitations.of(institution.id, invitation_id)
    if row is None:
        raise NotFound
    return row


def _page(institution, status=200, *, asked, **more):
    found = invitations.look(institution.id, **asked, page=lists.page_number())
    return forms.page(
        "admin/institutions/invitations",
        status,
        institution=institution,
        asked=asked,
        found=found,
        rows=[facts.invitation(each) for each in found.rows],
        states=invitations.STATES,
        command=calls.of("invite", institution.code, "E-MAIL"),
        state="error" if status >= 400 else "ready",
        **more,
        **signed_in.page(),
    )


def _fields(row):
    moments = (row.created_at, row.expires_at, row.accepted_at)
    told_at = map(clock.to_the_second, moments)
    state = invitations.state_of(row, clock.now())
    return row.id, masks.email(row.email_folded), state, row.invited_by, *told_at
