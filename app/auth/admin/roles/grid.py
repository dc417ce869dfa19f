"""The roles beside what each holds; one of them; and everybody who has one."""

from typing import NamedTuple

from app.auth.admin import guard, lists
from app.auth.admin.roles import calls
from app.auth.hosted import forms, signed_in
from app.auth.institutions import directory, roles
from app.auth.staff import holding, own_roles
from app.auth.staff.permissions import CATALOGUE, ROLES_READ
from app.foundation import words

grid = guard.door("admin_roles", ROLES_READ)

COLUMNS = ("sub", "name", "role", "institution")
FITTING = {"q": "text", "role": "role", "order": "order"}
TOLD = ("defined", "changed", "deleted", "given", "taken")  # ?done= → message


class Right(NamedTuple):
    """A permission: its name, and what it lets one do, in words."""

    name: str
    title: str


class Holder(NamedTuple):
    """Somebody who has a role. place: the institution's name; code: its code, None: everywhere."""

    sub: str
    name: str
    role: str
    place: str
    code: str | None


@grid.get("/admin/roles")
def index():
    """Show every role beside every permission."""
    return forms.page(
        "admin/roles/grid",
        roles=own_roles.listed(),
        held=holding.counts(guard.reach()),
        everybody=roles.EVERYBODY,
        rights=rights(CATALOGUE),
        outcome=told(),
        command=calls.listing(),
        **signed_in.page(),
    )


@grid.get("/admin/roles/<name>")
def show(name):
    """Show one role: what it holds, and how many have it."""
    role = own_roles.get(name)
    return forms.page(
        "admin/roles/role",
        role=role,
        rights=rights(role.permissions),
        held=holding.counts(guard.reach()).get(name, 0),
        everybody=name == roles.EVERYBODY,
        outcome=told(),
        command=calls.listing(),
        **signed_in.page(),
    )


@grid.get("/admin/staff")
def staff():
    """List who has which role where, a page at a time."""
    asked = lists.asked(*FITTING)
    fitting = {FITTING[name]: value for name, value in asked.items()}
    if lists.wants_file():
        return lists.file("staff", COLUMNS, holding.batches(guard.reach(), **fitting))
    found = holding.look(guard.reach(), **fitting, page=lists.page_number())
    return forms.page(
        "admin/roles/staff",
        asked=asked,
        found=found,
        holders=list(_holders(found.rows)),
        roles=[each.name for each in own_roles.listed() if each.name != roles.EVERYBODY],
        orders=holding.ORDERS,
        outcome=told(),
        command=calls.listing(),
        **signed_in.page(),
    )


def rights(names):
    """Return permissions as :class:`Right`, in the order of their names."""
    return [Right(name, words.t(f"permission.{name.replace(':', '_')}")) for name in sorted(names)]


def told():
    """Return what the last deed did, in words, or None."""
    return lists.outcome("admin.roles.done", TOLD)


def _holders(rows):
    names = directory.names({row.code for row in rows if row.code})
    for row in rows:
        place = names[row.code] if row.code else words.t("admin.roles.everywhere")
        yield Holder(row.sub, row.name or row.sub, row.role, place, row.code)
