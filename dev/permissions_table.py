"""``docs/permissions.md``: who may come in by which route of both houses, made from the code.

``--check`` asks whether it is current.
"""

import sys
import tempfile
from pathlib import Path

from app.auth import access as auth_access
from app.auth.admin import guard
from app.auth.staff.permissions import BUILT_IN, CATALOGUE, EVERYWHERE_ONLY
from app.bank import access as bank_access
from tests.support import houses

FILE = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
INTRODUCTION = """# Who may do what

Made from the code by `make format`. A route that says nothing of who may come in keeps its house
from starting.
"""
ROLES = tuple(BUILT_IN)


def document(auth, bank):
    """Return the text of ``docs/permissions.md`` for both houses."""
    parts = [INTRODUCTION, "## Roles and permissions\n"]
    parts.append("Those marked * are of no institution: a role in one does not hold them.\n")
    parts += _table(("permission", *ROLES), _held())
    parts.append("\n## Back office\n")
    parts.append("*fresh*: the sign-in must be that young, in seconds.\n")
    parts += _table(("route", "methods", "permission", "fresh"), _office(auth))
    parts.append("\n## Everything else\n")
    parts += _table(("routes", "who may come in"), [*_listed(auth, auth_access, "")])
    parts.append("\n## The bank\n")
    parts += _table(("routes", "who may come in"), [*_listed(bank, bank_access, "requires")])
    return "\n".join(parts) + "\n"


def main():
    """Write the file, or with ``--check`` say that it is out of date and exit 1."""
    with tempfile.TemporaryDirectory() as folder:
        made = [houses.create(n, f"sqlite:///{folder}/{n}.sqlite3") for n in ("auth", "bank")]
        text = document(*made)
    if FILE.exists() and FILE.read_text() == text:
        return
    if "--check" in sys.argv:
        sys.exit("Out of date: docs/permissions.md. Run `make format`.")
    FILE.write_text(text)


def _held():
    for name in sorted(CATALOGUE):
        marked = f"`{name}`{' *' if name in EVERYWHERE_ONLY else ''}"
        yield marked, *("yes" if name in BUILT_IN[role] else "" for role in ROLES)


def _office(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, *rule.methods)):
        if auth_access.entrance(app, rule.endpoint) == auth_access.OFFICE:
            permission, fresh = guard.needed(app, rule.endpoint)
            needed = f"`{permission}`" if permission else "any"
            yield f"`{rule.rule}`", _methods(rule), needed, fresh


def _listed(app, access, attribute):
    """Routes of one blueprint and one entrance in a row."""
    found = {}
    for rule in app.url_map.iter_rules():
        who = access.entrance(app, rule.endpoint)
        scope = getattr(app.view_functions[rule.endpoint], attribute or "-", None)
        if who != auth_access.OFFICE:
            found.setdefault(f"{who} `{scope}`" if scope else who, set()).add(f"`{rule.rule}`")
    for who in sorted(found):
        yield " ".join(sorted(found[who])), who


def _methods(rule):
    return ", ".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))


def _table(head, rows):
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |"


if __name__ == "__main__":
    main()
