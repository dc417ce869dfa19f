"""What apps may be allowed: the sentence that people read for each, in every language."""

from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Badge, Entry, Listing
from app.auth.consents import scopes as catalogue
from app.auth.staff.permissions import CLIENTS_READ
from app.foundation import words

scopes = guard.door("admin_scopes", CLIENTS_READ)

FOR = ("people", "services", "machines")  # whom a scope is for
LISTING = Listing("admin-scopes", "admin.scopes", "admin_scopes.index", {"whose": FOR})


@scopes.get("/admin/scopes")
def index():
    """List the scopes that fit what was asked, with their texts; one that is missing is shown."""
    asked = entries.asked(LISTING)
    rows = [scope for scope in catalogue.EVERY.values() if _fits(scope, asked)]
    if lists.wants_file():
        columns = ("name", "for", "room", *_columns())
        return lists.file("scopes", columns, [rows], _fields)
    found = entries.sliced(rows)
    return entries.page(LISTING, found, [_entry(scope) for scope in found.rows], asked)


def missing(scope):
    """Return the languages in which a scope that people are asked for has not all its text."""
    if _whose(scope) != "people":
        return []
    return [tag for tag in _tags() if None in _texts(scope, tag)]


def _entry(scope):
    whose = _whose(scope)
    badges = [entries.badge("info", "admin.scopes.whose", whose)]
    lacking = missing(scope)
    if lacking:
        badges.append(
            Badge("danger", words.t("admin.scopes.missing", languages=", ".join(lacking)))
        )
    lines = [words.t("admin.scopes.not_asked")]
    if whose == "people":
        nothing = words.t("admin.scopes.nothing")
        lines = [f"{tag}: " + " ".join(t or nothing for t in _texts(scope, tag)) for tag in _tags()]
    return Entry(scope.name, scope.room or "", badges=tuple(badges), lines=tuple(lines))


def _texts(scope, tag):
    """The title and the detail of a scope in a language; None for what is missing."""
    key = f"scope.{scope.name.replace(':', '_')}"
    with words.spoken_as(tag):
        names = (f"{key}.title", f"{key}.detail")
        return [words.t(name) if words.known(name) else None for name in names]


def _whose(scope):
    return "services" if scope.internal else "machines" if scope.machine else "people"


def _tags():
    return [tag for tag, _ in words.every_language()]


def _columns():
    return [f"{part}_{tag}" for tag in _tags() for part in ("title", "detail")]


def _fits(scope, asked):
    whose = _whose(scope)
    return asked.get("q", "").strip().lower() in scope.name and asked.get("whose", whose) == whose


def _fields(scope):
    texts = (text for tag in _tags() for text in _texts(scope, tag))
    return scope.name, _whose(scope), scope.room, *texts
