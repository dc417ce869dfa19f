"""Taking a person's factors away for them."""

from app.auth.accounts import lookup
from app.auth.factors import registry
from app.auth.flows.four_eyes.kind import Kind
from app.auth.flows.people import reset_factor, whom
from app.auth.institutions import members
from app.auth.staff.permissions import PEOPLE_RESET_FACTOR


class FactorReset(Kind):
    """subject: a person's ``sub``; change: ``factor`` (a name; None: every one)."""

    name = "factor_reset"
    permission = PEOPLE_RESET_FACTOR

    def check(self, subject, change, by):
        """Raise NotFound, NoFactor, and as whom.held does."""
        reset_factor.check(whom.held(subject, by), change["factor"])

    def places(self, subject, change):
        """The institutions that they belong to."""
        return members.codes(lookup.by_sub(subject).id)

    def before(self, subject, change):
        """The factors that they have, and where they belong."""
        user = lookup.held(lookup.by_sub(subject).id)
        factors = sorted(each.name for each in registry.enrolled(user.id))
        return {"factors": factors, "institutions": members.codes(user.id)}

    def after(self, subject, change):
        """The factors that stay."""
        before = self.before(subject, change)
        gone = {change["factor"]} if change["factor"] else {*before["factors"]}
        return before | {"factors": [name for name in before["factors"] if name not in gone]}

    def verb(self, subject, change, prepared, by):
        """Let them go after the delay."""
        user = lookup.held(whom.known(subject, by).id)
        return reset_factor.begin(user, change["factor"], by=by)
