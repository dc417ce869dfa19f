"""The first administrator (document 004, S124, S125, C23)."""

from app.auth.accounts import lookup, registration
from app.auth.accounts.registration import NewPerson
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions import members, roles

ROLES = ("admin", "user")


def ensure(settings):
    """See that there is an administrator; return the :class:`User` if one was made, else None.

    settings: the app's, with the ``ADMIN_…`` ones among them. An account of that name or address is
    left as it is, its password above all. In production without ``ADMIN_PASSWORD`` nobody is
    made. Whoever is made must change the password at the first sign-in.

    Two processes may ask at once: one of them makes the account.

    Raises registration.Refused, passwords.Refused: when the settings describe no one possible.
    """
    roles.ensure()
    codes = [code.strip() for code in settings["ADMIN_INSTITUTIONS"].split(",") if code.strip()]
    for code in codes:
        members.ensure(code)
    if not settings["ADMIN_PASSWORD"] or _is_there(settings):
        return None
    try:
        with db.session.begin_nested():
            return _make(settings, codes)
    except registration.Taken:
        return None


def _is_there(settings):
    named = lookup.by_username(settings["ADMIN_USERNAME"])
    return named or lookup.by_email(settings["ADMIN_EMAIL"])


def _make(settings, codes):
    person = NewPerson(
        email=settings["ADMIN_EMAIL"],
        password=settings["ADMIN_PASSWORD"],
        name=settings["ADMIN_NAME"],
        username=settings["ADMIN_USERNAME"],
    )
    user = registration.create(person, any_password=settings["APP_ENV"] == "development")
    user.must_change_password = True
    roles.give(user, ROLES)
    for code in codes:
        members.join(user.id, code)
    trail.record(events.ADMINISTRATOR_ENSURED, actor=events.SYSTEM, subject=user.sub)
    return user
