"""People, found and listed; and each one's page.

Who may only read finds by what they are told, a page of it; a list of all, and its file, is for who
answers for the accounts, and of those that they answer for.
"""

from app.auth.admin import guard, lists
from app.auth.admin.people import calls, facts, person_page, within
from app.auth.audit import events, trail
from app.auth.hosted import forms, signed_in
from app.auth.institutions import members, roles
from app.auth.people import directory
from app.auth.people.directory import Wanted
from app.auth.staff.permissions import PEOPLE_READ
from app.auth.staff.reach import NOWHERE
from app.foundation.paging import Found

listing = guard.door("admin_people", PEOPLE_READ)

FITTING = {
    "q": "text",
    "state": "state",
    "role": "role",
    "institution": "institution",
    "joined": "joined",
    "order": "order",
}
NOBODY = Found([], 0, 1)
MANY = 100  # institutions; more are typed, not chosen
TOLD = ("lock", "unlock", "sign-out", "require-password", "send-recovery", "reset", "stopped")
TOLD += ("session", "app", "acting")


@listing.get("/admin/users")
def index():
    """List who fits what was asked, a page at a time."""
    asked = lists.asked(*FITTING)
    wanted = Wanted(**{FITTING[name]: value for name, value in asked.items()})
    listed = within.listed()
    if listed != NOWHERE and lists.wants_file():
        return _file(asked, wanted, listed)
    if listed == NOWHERE or (listed != guard.reach() and asked.keys() == {"q"}):
        return _found(asked, _by_name(wanted), listed)
    return _found(asked, directory.look(wanted, listed.codes, lists.page_number()), listed)


@listing.get(f"/admin/users/{within.SUB}")
def show(sub):
    """Show one person, masked; that somebody looked is recorded."""
    outcome = lists.outcome("admin.people.done", TOLD)
    return person_page.show(within.person(sub), outcome=outcome)


def _by_name(wanted):
    """The first page of who is named well enough; a filter alone names nobody."""
    if not directory.is_enough(wanted.text):
        return NOBODY
    found = directory.look(Wanted(text=wanted.text, order="name"), guard.reach().codes)
    return Found(found.rows, len(found.rows), 1)


def _found(asked, found, listed):
    only_reads = listed == NOWHERE
    return forms.page(
        "admin/people/list",
        asked={"q": asked["q"]} if only_reads and "q" in asked else asked,
        found=found,
        rows=[facts.row(user) for user in found.rows],
        only_reads=only_reads,
        states=directory.STATES,
        roles=tuple(roles.CATALOGUE),
        institutions=_institutions(listed),
        joined=tuple(directory.JOINED),
        orders=tuple(directory.ORDERS),
        command=calls.finding(asked.get("q", "")),
        **signed_in.page(),
    )


def _file(asked, wanted, listed):
    data = {"filters": sorted(set(asked) - {"order"})}
    trail.record(events.PEOPLE_EXPORTED, actor=guard.actor(), subject=None, data=data)
    batches = directory.batches(wanted, listed.codes)
    return lists.file("people", facts.COLUMNS, batches, facts.fields)


def _institutions(listed):
    known = sorted(members.known_codes() if listed.codes is None else listed.codes)
    return known if len(known) <= MANY else []
