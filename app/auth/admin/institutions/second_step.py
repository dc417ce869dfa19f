"""What an institution asks for: when it wants a second factor."""

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.institutions import calls, within
from app.auth.factors import policy
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import INSTITUTIONS_MANAGE
from app.foundation.intake import Malformed

second_step = guard.door(
    "admin_institution_policy", INSTITUTIONS_MANAGE, max_age=guard.FRESH_SECONDS
)

_HERE = "/admin/institutions/<client_id:code>/policy"


@second_step.get(_HERE)
def ask(code):
    """Show what it asks for, and what else it may."""
    institution = within.find(code)
    asked = institution.second_factor or policy.OPTIONAL
    return forms.page(
        "admin/institutions/policy",
        institution=institution,
        asked=asked,
        policies=policy.STRICTNESS,
        command=calls.of("policy", code, asked),
        **signed_in.page(),
    )


@second_step.post(_HERE)
def keep(code):
    """Let it ask for that."""
    within.find(code)
    try:
        policy.ask(code, request.form.get("policy", ""), by=guard.actor())
    except policy.Unknown:
        raise Malformed(detail="policy") from None
    return redirect(url_for("admin_institutions.show", code=code, done="policy"), 303)
