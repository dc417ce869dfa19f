"""Ana, who has lost everything: her browsers, her messages, and what is kept of her recovery."""

from sqlalchemy import update

from app.auth.accounts import lookup
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.factors import registry
from app.auth.recoveries import rounds
from tests.auth import outbox, persons

ANA = "ana@exemplo.com.br"
NUMBER = "+5511987654321"


class Loser:
    """Ana, with an app and codes that she has lost; and whoever knows her password."""

    def __init__(self, app, browser, phone):
        self.app, self.browser, self.phone = app, browser, phone

    def lost(self, visitor):
        """Show the password; return the page for who has lost everything."""
        page = visitor.sign_in(visitor.open("/account"), ANA)
        page = visitor.open(page.elements["other-method"]["href"])
        return visitor.open(page.elements["lost-everything"]["href"])

    def with_code(self, visitor, page, channel="email"):
        """Have a code sent and type it; return the page it leads to."""
        page = visitor.submit(page, "lost-form", channel=channel)
        assert page.name == ("lost-code", "ready"), page.text
        return visitor.submit(page, "lost-code-form", code=self.code(channel))

    def begin(self):
        """Begin a recovery on a browser of its own; return the page that says how to go on."""
        visitor = self.browser()
        page = self.with_code(visitor, self.lost(visitor))
        assert page.name == ("lost-factors", "waiting"), page.text
        return page

    def by_factor(self):
        """Sign in on a browser of her own with the code of the app; return that browser."""
        visitor = self.browser()
        page = visitor.sign_in(visitor.open("/account"), ANA)
        assert visitor.submit(page, "otp-form", otp=self.phone.code()).name[0] == "account"
        return visitor

    def letters(self, to=None):
        """Return the messages sent to an address or number, or all."""
        with self.app.app_context():
            return outbox.waiting(to)

    def told(self, to=None):
        """Return the names of the same."""
        return [each.name for each in self.letters(to)]

    def code(self, channel="email"):
        """Return the code of recovery last sent."""
        sent = self.letters(ANA if channel == "email" else NUMBER)
        return [m.context["code"] for m in sent if m.name == "lost_factors_code"][-1]

    def link(self):
        """Return the path by which the recovery that was told of last is stopped."""
        told = [each for each in self.letters(ANA) if "stop_link" in each.context]
        return told[-1].context["stop_link"].removeprefix("http://localhost:3000")

    def stop(self):
        """Stop it by the link, on a browser of nobody's."""
        anybody = self.browser()
        return anybody.submit(anybody.open(self.link()), "recovery-stop-form")

    def recorded(self):
        """Return the events of recoveries, in order, by their last word."""
        with self.app.app_context():
            found = [event for event, _ in persons.recorded()]
        return [event.rpartition(":")[2] for event in found if ":factor_recovery:" in event]

    def work(self):
        """Let the worker go round once; return how many were told, stopped, lapsed."""
        with self.app.app_context():
            return {name[11:]: n for name, n in rounds.go().items() if n}

    def factors(self):
        """Return the names of the factors she has."""
        with self.app.app_context():
            return [each.name for each in registry.enrolled(lookup.by_email(ANA).id)]

    def set(self, **columns):
        """Write to her row, as no page does."""
        with self.app.app_context():
            db.session.execute(update(User).where(User.email == ANA).values(**columns))
            db.session.commit()
