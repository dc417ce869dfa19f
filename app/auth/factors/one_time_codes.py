"""Codes sent by mail or SMS to a contact that the person has proved, as a second factor.

A code is good once, five minutes, for one person, one factor and one place (a journey's page). It
goes to whatever contact is proved by then. A factor that was turned on stays so when its contact
is lost: nothing that others do takes it off. While the password in use came by the same contact,
a code sent there shows nothing new, and does not count (`docs/decisions/0016`).
"""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, text, update

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time, sends
from app.auth.database import db
from app.auth.factors.models import CodeFactor
from app.foundation import clock, database
from app.foundation.database import UtcDateTime

_NOW = bindparam("now", type_=UtcDateTime)
# Written so, because two pages may do so at once.
_ENABLE = text(
    "INSERT INTO code_factors (user_id, name, enabled_at) VALUES (:user_id, :name, :now)"
    " ON CONFLICT (user_id, name) DO UPDATE SET enabled_at = excluded.enabled_at"
    " WHERE code_factors.enabled_at IS NULL"
).bindparams(_NOW)
_SAME_PATH = text(
    "INSERT INTO code_factors (user_id, name, same_path_at) VALUES (:user_id, :name, :now)"
    " ON CONFLICT (user_id, name) DO UPDATE SET same_path_at = excluded.same_path_at"
).bindparams(_NOW)


class SentCode(NamedTuple):
    """A kind of code. channel: as :class:`Contact` names it; purpose: of ``one_time``."""

    name: str
    channel: str
    purpose: str

    def is_enrolled(self, user_id):
        """Did the person turn this factor on?"""
        return self.enabled_at(user_id) is not None

    def enabled_at(self, user_id):
        """Return when the person turned this factor on, or None."""
        row = db.session.get(CodeFactor, (user_id, self.name), populate_existing=True)
        return row and row.enabled_at

    def counts(self, user_id):
        """Can it be shown now, and does it show more than the password does?"""
        if is_same_path(user_id, self.name):
            return False
        return sends.proved(lookup.by_id(user_id), self.channel) is not None

    def challenge(self, user_id, target):
        """Return a new code (:class:`one_time.Issued`) to be sent; the one before ends."""
        return one_time.issue(self.purpose, user_id, target)

    def verify(self, user_id, answer, target):
        """Is ``answer`` the code sent to ``target``? It is used up by this, for good.

        Asked before the request writes anything. Raises one_time.Expired: the right one, late.
        """
        try:
            one_time.spend(self.purpose, user_id, answer, target)
        except one_time.Expired:
            raise
        except one_time.WrongCode:
            return False
        return True

    def forget_all(self, user_id):
        """Ask for it no more."""
        remove(user_id, self.name)

    def is_live(self, user_id, target):
        """Was a code sent to ``target`` that can still be shown?"""
        row = one_time.live(self.purpose, user_id)
        return row is not None and one_time.is_for(row, target)


SMS = SentCode("sms_code", "sms", "sms_code")
EMAIL = SentCode("email_code", "email", "email_code")
FACTORS = {kind.name: kind for kind in (SMS, EMAIL)}
APPROVAL = SMS._replace(purpose="approve_deed")  # good for one deed alone
# The same codes where a sign-in looked odd: asked for once, of who turned nothing on.
CHECKS = {name: kind._replace(purpose="sign_in") for name, kind in FACTORS.items()}


def check_of(user):
    """Return the kind of code to check an odd sign-in by, or None: no contact is proved.

    By mail, else by SMS; one that shows more than the password does goes first.
    """
    reached = [CHECKS[k.name] for k in (EMAIL, SMS) if sends.proved(user, k.channel)]
    reached.sort(key=lambda kind: is_same_path(user.id, kind.name))
    return next(iter(reached), None)


def enable(user_id, name):
    """Ask for this code from now on; return whether it was off."""
    values = {"user_id": user_id, "name": name, "now": clock.now()}
    return bool(db.session.execute(_ENABLE, values).rowcount)


def remove(user_id, name):
    """Ask for this code no more; return whether it was on."""
    mine = delete(CodeFactor).where(CodeFactor.user_id == user_id, CodeFactor.name == name)
    return bool(database.write(db, mine.where(CodeFactor.enabled_at.is_not(None))).rowcount)


def is_same_path(user_id, name):
    """Did the password in use come by a code to the very contact that this one is sent to?"""
    here = (CodeFactor.user_id == user_id) & (CodeFactor.name == name)
    return db.session.scalar(select(CodeFactor.same_path_at).where(here)) is not None


def password_came_by(user_id, channel):
    """Note that a new password was allowed by a code to the contact of ``channel``."""
    [name] = [kind.name for kind in FACTORS.values() if kind.channel == channel]
    _forget_path(user_id, name)
    db.session.execute(_SAME_PATH, {"user_id": user_id, "name": name, "now": clock.now()})


def shown(user_id, name):
    """The factor ``name`` was shown beside the password: codes by any other path count again."""
    _forget_path(user_id, name)


def _forget_path(user_id, name):
    others = (CodeFactor.user_id == user_id) & (CodeFactor.name != name)
    noted = update(CodeFactor).where(others, CodeFactor.same_path_at.is_not(None))
    database.write(db, noted.values(same_path_at=None))
