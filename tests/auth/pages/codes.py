"""Codes that are sent, as a person gets them: contacts that are proved, factors that are on."""

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.auth.factors import one_time_codes, recovery_codes
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import outbox

ANA = "ana@exemplo.com.br"
NUMBER = "+5511987654321"


class Codes:
    """Ana's contacts are proved; the codes she asked to be sent."""

    def __init__(self, app):
        self.app = app
        self.prove(ANA, NUMBER)

    def prove(self, email, number):
        """Let somebody's e-mail address and phone be proved."""
        with self.app.app_context(), kept(db):
            user = lookup.by_email(email)
            papers.keep(user, "phone", number)
            user.email_verified_at = user.phone_verified_at = clock.now()

    def turn_on(self, *names, email=ANA):
        """Turn factors on; return recovery codes."""
        with self.app.app_context(), kept(db):
            user_id = lookup.by_email(email).id
            for name in names:
                assert one_time_codes.enable(user_id, name)
            return recovery_codes.draw(user_id)

    def sent(self, to=ANA):
        """Return the codes that were sent there, oldest first."""
        with self.app.app_context():
            return [m.context["code"] for m in outbox.waiting(to) if "code" in m.context]

    def last(self, to=ANA):
        """Return the last one."""
        return self.sent(to)[-1]

    def wrong(self, to=ANA):
        """Return a code that was not sent there."""
        return f"{(int(self.last(to)) + 1) % 10**6:06}"
