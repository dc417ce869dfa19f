"""Releasing a member: with the institution they lose its roles, and what it asks for them."""

from app.auth.accounts import lookup
from app.auth.flows.four_eyes.kind import Kind
from app.auth.flows.people import releasing
from app.auth.institutions import members
from app.auth.staff import holding, standing
from app.auth.staff.permissions import INSTITUTIONS_MANAGE
from app.foundation.problems import NotFound


class Release(Kind):
    """subject: a person's ``sub``; change: ``institution`` (a code)."""

    name = "member_release"
    permission = INSTITUTIONS_MANAGE

    def check(self, subject, change, by):
        """Raise as releasing.release does."""
        standing.over(by, _person(subject))

    def places(self, subject, change):
        """That institution."""
        return [change["institution"]]

    def before(self, subject, change):
        """Where they belong, and their roles there."""
        user = lookup.held(_person(subject).id)
        roles = holding.here(user.id, change["institution"])
        return {"institutions": members.codes(user.id), "roles": sorted(roles)}

    def after(self, subject, change):
        """What stays."""
        stay = self.before(subject, change)["institutions"]
        return {"institutions": [code for code in stay if code != change["institution"]]}

    def verb(self, subject, change, prepared, by):
        """Release them."""
        releasing.release(_person(subject), change["institution"], by=by)


def _person(sub):
    user = lookup.by_sub(sub)
    if user is None:
        raise NotFound("There is no such person.")
    return user
