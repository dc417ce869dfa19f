"""The institutions: the list of them, and each one's page."""

from app.auth.admin import guard, lists
from app.auth.admin.institutions import calls, facts, within
from app.auth.factors import policy
from app.auth.hosted import forms, signed_in
from app.auth.institutions import branding, membership, overview
from app.auth.staff.permissions import INSTITUTIONS_READ
from app.foundation import clock

listing = guard.door("admin_institutions", INSTITUTIONS_READ)

COLUMNS = ("code", "name", "second_factor", "own_colours", "created_at")
FITTING = {"q": "text", "dress": "dress", "policy": "policy", "order": "order"}
DONE = ("opened", "dressed", "undressed", "logo", "policy", "four_eyes_on", "four_eyes_off")


@listing.get("/admin/institutions")
def index():
    """List the institutions that fit what was asked, of those within reach."""
    asked = lists.asked(*FITTING)
    fitting = {FITTING[name]: value for name, value in asked.items()}
    fitting["codes"] = guard.reach().codes
    if lists.wants_file():
        return lists.file("institutions", COLUMNS, overview.batches(**fitting), _fields)
    found = overview.look(**fitting, page=lists.page_number())
    return forms.page(
        "admin/institutions/list",
        asked=asked,
        found=found,
        rows=[facts.row(each) for each in found.rows],
        dresses=tuple(overview.DRESSES),
        policies=policy.STRICTNESS[1:],
        orders=tuple(overview.ORDERS),
        command=calls.listing(),
        **signed_in.page(),
    )


@listing.get("/admin/institutions/<client_id:code>")
def show(code):
    """Show one institution."""
    institution = within.find(code)
    return forms.page(
        "admin/institutions/institution",
        institution=institution,
        badges=list(facts.badges(institution)),
        colours=facts.dress(institution),
        logo=branding.logo_of(institution.id),
        policy=institution.second_factor or policy.OPTIONAL,
        members=membership.count(institution.id),
        outcome=lists.outcome("admin.institutions.done", DONE),
        command=calls.of("show", code),
        **signed_in.page(),
    )


def _fields(each):
    opened = clock.to_the_second(each.created_at)
    return each.code, each.name, each.second_factor, "yes" if each.colours else "no", opened
