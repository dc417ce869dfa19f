"""The check-up of an account: what is good, what there is to do."""

from typing import NamedTuple

from app.auth.factors import registry
from app.auth.tokens import holdings
from app.foundation import words


class Finding(NamedTuple):
    """One thing looked at. page: the endpoint where it is seen, or put right."""

    name: str
    good: bool
    title: str
    detail: str
    page: str


def of(user, strange):
    """Return the :class:`Finding` list about ``user``, what there is to do first.

    strange: a session on a new device, as `open_sessions` tells it, or None.
    """
    proved = user.email_verified_at is not None and (
        user.phone_sealed is None or user.phone_verified_at is not None
    )
    apps = holdings.connections(user.id).total
    found = [
        _said("contacts", proved, "account_profile.show"),
        _said("factors", bool(registry.enrolled(user.id)), "security.home"),
        _said("devices", strange is None, "account.sessions"),
        Finding(
            "apps",
            True,
            words.t("account.check.apps_good"),
            words.t("apps.total", n=apps) if apps else words.t("apps.none"),
            "account_apps.index",
        ),
    ]
    return sorted(found, key=lambda finding: finding.good)


def _said(name, good, page):
    key = f"account.check.{name}_{'good' if good else 'todo'}"
    return Finding(name, good, words.t(key), words.t(f"{key}_detail"), page)
