"""A person's password, for the bank: another one is wanted, or a way to make one is mailed."""

from app.auth.accounts.proofs import sends
from app.auth.audit import events, trail
from app.auth.flows.contacts import recover
from app.auth.flows.people import whom
from app.auth.tokens import ending
from app.foundation.problems import Problem


class NoPassword(Problem):
    """The person comes in without one."""

    code = "no_password"
    status = 409
    key = "admin.people.refused.no_password"
    description = "The person has no password."


class NoContact(Problem):
    """Nothing can be sent to the person: no e-mail address is proved, or the account is locked."""

    code = "no_contact"
    status = 409
    key = "admin.people.refused.no_contact"
    description = "The person has no proved e-mail address, or is locked."


def require(sub, *, by):
    """Want another password of the person at their next sign-in, which is next: they are out.

    Who has a session open would replace the password without showing the old one, so no session
    stays. Raises NotFound, NoPassword, standing.Oneself, standing.Above.
    """
    user = whom.held(sub, by)
    if user.password_hash is None:
        raise NoPassword
    user.must_change_password = True
    trail.record(events.PASSWORD_REQUIRED, actor=by, subject=user.sub)
    ending.sessions_of(user.id, "password_required", actor=by)


def mail_recovery(sub, address, *, by):
    """Mail the person what they would get by saying that they forgot their password.

    address: that of who asks, whose network it counts against. Nothing of it is shown to them.
    Asked before the request writes anything.

    Raises NotFound, NoContact, sends.TooSoon, standing.Oneself, standing.Above.
    """
    user = whom.known(sub, by)
    contact = user.may_enter() and sends.proved(user, "email")
    if not contact:
        raise NoContact
    sends.allow(contact, address, user_id=user.id)
    recover.send(user, contact, by=by)
