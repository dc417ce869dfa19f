"""Replace a forgotten password by document 002: the code comes with the address (S63, S64)."""

from app.auth.flows.contacts import recover
from app.auth.flows.documents import asked
from app.auth.sessions import browser


def ask(email, *, locale):
    """Send a code if there is such an account; whether there is, nobody is told.

    Raises sends.TooSoon, Unavailable.
    """
    recover.ask(email, "email", browser.address(), locale=locale)


def by_code(email, code, new):
    """Replace the password of who has ``email`` by ``new``, allowed by ``code``.

    Asked before the request writes anything. Raises one_time.WrongCode, Expired, Paused,
    Unavailable. Raises passwords.Refused: then the code is still good.
    """
    user = asked.person(email)
    told = {"device": browser.device_name()}
    recover.by_code(user and user.id, code, new, asked.guesser(email), **told)
