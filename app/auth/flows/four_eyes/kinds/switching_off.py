"""Letting an institution do without a second pair of eyes, which itself needs one."""

from app.auth.flows.four_eyes import policy
from app.auth.flows.four_eyes.kind import Kind
from app.auth.institutions import directory
from app.auth.staff.permissions import INSTITUTIONS_MANAGE


class SwitchingOff(Kind):
    """subject: an institution's code."""

    name = "four_eyes_off"
    permission = INSTITUTIONS_MANAGE

    def check(self, subject, change, by):
        """Raise NotFound."""
        directory.get(subject)

    def places(self, subject, change):
        """That one."""
        return [subject]

    def before(self, subject, change):
        """Whether it wants them."""
        return {"four_eyes": directory.held(subject).four_eyes}

    def after(self, subject, change):
        """It does not."""
        return {"four_eyes": False}

    def verb(self, subject, change, prepared, by):
        """Switch them off."""
        policy.set_for(subject, on=False, by=by)
