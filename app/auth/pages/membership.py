"""The page behind the link of an invitation to an institution: one button, for who was invited.

Looking at it changes nothing. The link's secret stands in one address alone: what is come back to
after signing in names the invitation, and a mark by which this browser is known to have had the
link; nobody else can use it.
"""

from flask import abort, redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.hosted import forms, shell, signed_in
from app.auth.institutions import invitations
from app.auth.sessions import browser
from app.foundation import csrf, digests, masks

membership = shell.door("membership")
joining = signed_in.door("membership_joining")

_PLACE = f"{invitations.PATH}/<invitation_id>/<mark>"


@membership.get(invitations.PATH)
def follow():
    """Go on to the invitation whose link this is, or say that it is over."""
    row = invitations.by_link(request.args.get("token", ""))
    if row is None:
        return forms.page("membership_over", 410)
    to = url_for("membership_joining.ask", invitation_id=row.id, mark=_mark(row.id))
    return redirect(to, 303)


@joining.get(_PLACE)
def ask(invitation_id, mark):
    """Say who invites, and ask; to who has proved another address, say so."""
    row, _, name = _found(invitation_id, mark)
    user = lookup.by_id(browser.presence().user_id)
    theirs = invitations.is_for(row, user)
    return forms.page(
        "membership",
        200 if theirs else 403,
        institution=name,
        theirs=theirs,
        invited=masks.email(row.email_folded),
        own=masks.email(user.email),
        state="ready" if theirs else "error",
        **signed_in.page(),
    )


@joining.post(_PLACE)
def accept(invitation_id, mark):
    """Become a member, once."""
    _found(invitation_id, mark)
    user = lookup.by_id(browser.presence().user_id)
    try:
        invitations.accept(invitation_id, user)
    except invitations.Over:
        return forms.page("membership_over", 410)
    except invitations.NotTheirs:
        return ask(invitation_id, mark)
    return redirect(url_for("account.home", done="membership"), 303)


def _found(invitation_id, mark):
    """The invitation, its institution's code and name; or the page that says it is over."""
    found = invitations.waiting(invitation_id)
    if found is None or not digests.same(mark.encode(), _mark(invitation_id).encode()):
        abort(forms.page("membership_over", 410))
    return found


def _mark(invitation_id):
    return csrf.token(browser.id(), f"invitation {invitation_id}")
