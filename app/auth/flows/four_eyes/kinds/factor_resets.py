"""Taking a person's factors away for them."""

from app.auth.accounts import lookup
from app.auth.factors import registry
from app.auth.flows.four_eyes.kind import Kind
from app.auth.flows.people import reset_factor, whom


class FactorReset(Kind):
    """subject: a person's ``sub``; change: ``factor`` (a name; None: every one)."""

    name = "factor_reset"

    def check(self, subject, change, by):
        """Raise NotFound, NoFactor, and as whom.held does."""
        user = whom.held(subject, by)
        enrolled = {each.name for each in registry.enrolled(user.id)}
        if not enrolled or change["factor"] not in {None, *enrolled}:
            raise reset_factor.NoFactor

    def before(self, subject, change):
        """The factors that they have."""
        user = lookup.held(lookup.by_sub(subject).id)
        return {"factors": sorted(each.name for each in registry.enrolled(user.id))}

    def after(self, subject, change):
        """Those that stay."""
        held = self.before(subject, change)["factors"]
        gone = {change["factor"]} if change["factor"] else {*held}
        return {"factors": [name for name in held if name not in gone]}

    def verb(self, subject, change, prepared, by):
        """Let them go after the delay."""
        user = lookup.held(whom.known(subject, by).id)
        return reset_factor.begin(user, change["factor"], by=by)
