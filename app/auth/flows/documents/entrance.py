"""Sign in by a document: the pages' own pipeline, and their journey policy, without pages (C27).

Whatever a page would stop at stops here too: the app is told which, and that the hosted pages
see to it. Where a document says so, who has not proved their e-mail address comes in to little.
"""

from app.auth.accounts import lookup
from app.auth.clients import registry
from app.auth.flows import sign_in
from app.auth.interactions import policy
from app.auth.interactions.prompt import Situation
from app.auth.sessions import browser
from app.auth.tokens.documents import issuing
from app.foundation import clock
from app.foundation.problems import Problem

UNPROVED = ("openid", "profile")  # what a token allows before the e-mail address is proved (S26)


class Off(Problem):
    """The document's client is disabled."""

    code = "unauthorized_client"
    status = 403
    description = "This app may not use this address."


class HeldUp(Problem):
    """Something is to be done first, on the hosted pages; ``prompt`` names it."""

    status = 403

    def __init__(self, prompt):
        super().__init__(detail=prompt)
        self.prompt = prompt
        self.code = CODES[prompt]


CODES = {
    "contact": "email_not_verified",
    "new_password": "password_change_required",
    "enrolment": "second_factor_enrolment_required",
    "step_up": "second_factor_required",
}


def by_password(document, identifier, password):
    """Sign in with a password; return ``(user, tokens)``, a `issuing.Tokens`.

    Asked before the request writes anything. Raises as `sign_in.by_password` does; Off, HeldUp.
    """
    client = registry.find(document.client_id)
    if client is None or client.disabled:
        raise Off
    session = sign_in.by_password(identifier, password)
    return admit(document, client, session)


def admit(document, client, session, *, unproved=False):
    """Return ``(user, tokens)`` of ``session``, which was just opened. Raises HeldUp.

    unproved: who has not proved their e-mail address is let in, to :data:`UNPROVED` alone.
    """
    here = browser.presence()
    stop = policy.next_prompt(Situation(asked=None, presence=here, now=clock.now()))
    name = stop and stop[0].name
    if stop and not (unproved and name == "contact"):
        raise HeldUp(name)
    scope = [each for each in client.scope if not stop or each in UNPROVED]
    user = lookup.by_id(session.user_id)
    return user, issuing.begin(document, user, session, scope)
