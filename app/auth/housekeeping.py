"""Delete what expired, room by room, a batch at a time so that nobody waits behind it."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app.auth.accounts import closing
from app.auth.accounts.imported.models import ImportedLine
from app.auth.accounts.models import ContactChange, LoginTries, User
from app.auth.accounts.proofs.models import PasswordReset, VerificationToken
from app.auth.audit.models import Tally
from app.auth.clients.models import ClientSecret, InitialAccessToken
from app.auth.database import db
from app.auth.explanations.models import Explanation
from app.auth.factors import invitations
from app.auth.factors.models import PasskeyInvitation, RememberedBrowser
from app.auth.institutions.models import InstitutionInvitation
from app.auth.interactions.models import Interaction, PushedRequest
from app.auth.notifications.models import OutboxMessage, ReceivedNotice
from app.auth.recoveries.models import FactorRecovery
from app.auth.replays.models import ReplayMark
from app.auth.retention import holds, kinds
from app.auth.sessions.models import Device, Network, Session
from app.auth.staff import pending
from app.auth.staff.models import PendingAct
from app.auth.support.models import Delegation, Look
from app.auth.tokens.models import (
    AuthorizationCode,
    DeviceCode,
    LogoutNotice,
    RefreshToken,
    RevokedToken,
)
from app.foundation import clock, database

BATCH = 1000  # rows a statement
MOMENT = timedelta(minutes=1)  # a journey begun in a request's last second is saved by then
TOLD = timedelta(days=7)  # what is over, for who asks what became of it
RECEIVED = timedelta(days=30)  # a service's notice, sent no more so late; an old invitation
BROUGHT = timedelta(days=180)  # a line of an import, known again when its file is run again
COUNTED = timedelta(days=400)  # how often what happened, to compare a month with last year's
KEPT = timedelta(days=1)  # a used code, to tell a late replay; a session, for tokens that name it


def run(retry_seconds):
    """Delete what is over; return how many rows of each table went.

    Also wipes the sealed successors of refresh tokens whose retry window of ``retry_seconds`` is
    past, and what dead messages said that nobody can retry, so that a dump reveals none. Keeps
    each batch by itself: run it outside of a request.
    """
    now = clock.now()
    counts = _of_people_and_apps(now) | _of_all_else(now)
    counts["successors_wiped"] = _wipe(now - timedelta(seconds=retry_seconds))
    counts["messages_wiped"] = _wipe_messages(now)
    return counts


def _of_people_and_apps(now):
    long_ago = now - timedelta(days=current_app.config["KNOWN_DEVICE_DAYS"])
    return {
        "users": _erase(),
        "person_keys": _forget(now),
        "contact_changes": _delete(ContactChange, ContactChange.expires_at < now),
        "devices": _delete(Device, Device.last_seen_at < long_ago),
        "networks": _delete(Network, Network.last_seen_at < long_ago),
        "authorization_codes": _expired(AuthorizationCode, now - KEPT),
        "client_secrets": _delete(ClientSecret, ClientSecret.ends_at < now),
        "initial_access_tokens": _delete(InitialAccessToken, InitialAccessToken.expires_at < now),
        "device_codes": _delete(DeviceCode, DeviceCode.expires_at < now - KEPT),
        "interactions": _delete(Interaction, Interaction.expires_at < now),
        "pushed_requests": _delete(PushedRequest, _unopened(now)),
        "verification_tokens": _expired(VerificationToken, now - KEPT),
        "password_resets": _delete(PasswordReset, PasswordReset.expires_at < now - KEPT),
        "unproved_people": _delete(User, _never_proved(now)),
        "imported_lines": _delete(ImportedLine, ImportedLine.imported_at < now - BROUGHT),
        "login_tries": _delete(LoginTries, LoginTries.past(now)),
        "logout_notices": _delete(LogoutNotice, _over(now)),
    }


def _of_all_else(now):
    return {
        "remembered_browsers": _delete(RememberedBrowser, RememberedBrowser.expires_at < now),
        "passkey_invitations": _delete(
            PasskeyInvitation, PasskeyInvitation.declined_at < now - invitations.rest()
        ),
        "factor_recoveries": _delete(FactorRecovery, FactorRecovery.ended_at < now - TOLD),
        "pending_acts": _delete(PendingAct, pending.over(now - TOLD)),
        "institution_invitations": _expired(InstitutionInvitation, now - RECEIVED),
        "delegations": _delete(Delegation, Delegation.until < now - TOLD),
        "looks": _delete(Look, Look.until < now),
        "outbox_messages": _delete(OutboxMessage, _told(now)),
        "received_notices": _delete(ReceivedNotice, ReceivedNotice.received_at < now - RECEIVED),
        "replay_marks": _delete(ReplayMark, ReplayMark.expires_at < now),
        "revoked_tokens": _delete(RevokedToken, RevokedToken.expires_at < now),
        "explanations": _delete(Explanation, Explanation.at < now - KEPT),
        "refresh_tokens": _delete(RefreshToken, RefreshToken.expires_at < now - KEPT),
        "sessions": _delete(Session, _unneeded(now)),
        "audit_tallies": _delete(Tally, Tally.hour < now - COUNTED),
    }


def _never_proved(now):
    """Accounts that somebody opened with an address that they never showed to be theirs."""
    kept_for = timedelta(days=current_app.config["UNPROVED_DAYS"])
    return User.must_prove.contains("email") & (User.created_at < now - kept_for)


def _unneeded(now):
    """Sessions long over that no living refresh token stands on."""
    needed = select(RefreshToken.session_id).where(
        RefreshToken.ended_at.is_(None), RefreshToken.expires_at > now
    )
    return (Session.ends_at < now - KEPT) & Session.id.not_in(needed)


def _over(now):
    """Notices delivered or given up, kept for a day after their last try could have been."""
    return LogoutNotice.due_at.is_(None) & (LogoutNotice.created_at < now - 2 * KEPT)


def _told(now):
    """Messages delivered a while ago, or dead and long past their time."""
    ended_at = func.coalesce(OutboxMessage.delivered_at, OutboxMessage.expires_at)
    return OutboxMessage.due_at.is_(None) & (ended_at < now - TOLD)


def _unopened(now):
    """Pushed requests past their time that no journey under way could still use up."""
    opened = select(Interaction.pushed_digest).where(
        Interaction.pushed_digest.is_not(None), Interaction.expires_at > now
    )
    return (PushedRequest.expires_at < now - MOMENT) & PushedRequest.uri_digest.not_in(opened)


def _erase():
    """Erase the people whose time to come back is over, each by themselves; return how many."""
    gone = 0
    for user_id in closing.due(BATCH):
        with database.kept(db):
            gone += closing.erase(user_id)
    return gone


def _forget(now):
    """Destroy the keys of those whose evidence need be kept no longer; return how many."""
    before, gone = kinds.over("approvals", now), 0
    for sub in closing.forgotten(before, BATCH):
        with database.kept(db):
            gone += closing.forget(sub, before)
    return gone


def _delete(model, which):
    """Delete those rows, but none of a person on whom a legal hold stands."""
    whose = model.id if model is User else getattr(model, "user_id", None)
    if whose is not None:
        which &= _is_free(whose)
    return database.clear(db, model, which, BATCH)


def _is_free(whose):
    """SQL: no legal hold stands on the person whose id is in that column, if anybody's is."""
    return whose.is_(None) | whose.not_in(select(User.id).where(holds.stands(User.sub)))


def _expired(model, before):
    return _delete(model, model.expires_at < before)


def _wipe(before):
    old = update(RefreshToken).where(
        RefreshToken.successor_sealed.is_not(None), RefreshToken.rotated_at < before
    )
    return _done(old.values(successor_sealed=None))


def _wipe_messages(now):
    dead = OutboxMessage.due_at.is_(None) & OutboxMessage.delivered_at.is_(None)
    old = update(OutboxMessage).where(
        dead,
        OutboxMessage.content_sealed.is_not(None),
        OutboxMessage.expires_at < now,
        _is_free(OutboxMessage.user_id),
    )
    return _done(old.values(content_sealed=None))


def _done(wiping):
    with database.kept(db):
        return database.write(db, wiping).rowcount
