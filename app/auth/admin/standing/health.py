"""The server's health: what `/health/ready` and `flask doctor` ask, each with what it found."""

from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Entry, Listing
from app.auth.checkup import checks
from app.auth.database import db
from app.auth.staff.permissions import SETTINGS_READ
from app.foundation import doctor, words
from app.foundation import health as parts
from app.foundation.paging import Found

health = guard.door("admin_health", SETTINGS_READ)

COLUMNS = ("check", "state", "why")
KINDS = {parts.OK: "ok", parts.WARNING: "warn", parts.AWAY: "danger"}
LISTING = Listing("admin-health", "admin.health", "admin_health.index", {}, searched=False)
MORE = {
    "issuer": doctor.issuer,
    "proxies": doctor.proxies,
    "clock": doctor.clock_of(db),
    "cookies": checks.cookies,
    "mail": checks.mail_server,
    "queues": checks.queues,
}


@health.get("/admin/health")
def index():
    """Do every check, and say what each found."""
    found = list(parts.findings(**MORE))
    if lists.wants_file():
        return lists.file("health", COLUMNS, [found])
    shown = [_entry(each) for each in found]
    page = Found(found, len(found), 1)
    return entries.page(LISTING, page, shown, {}, command="flask --app wsgi:auth doctor")


def _entry(each):
    said = f"admin.health.check.{each.name}"
    title = words.t(said) if words.known(said) else each.name
    badge = entries.badge(KINDS[each.state], "admin.health.state", each.state)
    return Entry(title, each.name, badges=(badge,), lines=(each.why,) if each.why else ())
