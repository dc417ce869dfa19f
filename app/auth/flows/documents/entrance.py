"""Sign in by a document: the pages' own pipeline, and their journey policy, without pages (C27).

Whatever a page would stop at stops here too: the app is told which, and that the hosted pages
see to it. A second factor is shown along with the password (document 004) or in a second request
(002); one that needs a browser is for the hosted pages.
"""

import re
from functools import partial
from typing import Any, NamedTuple

from app.auth.accounts import lookup
from app.auth.clients import registry as clients
from app.auth.factors import one_time_codes, registry
from app.auth.flows import sign_in
from app.auth.flows.documents import pending
from app.auth.flows.factors import entering, second_factor, showing
from app.auth.interactions import policy
from app.auth.interactions.prompt import Situation
from app.auth.sessions import assurance, browser
from app.auth.tokens.documents import issuing
from app.foundation import clock
from app.foundation.problems import Problem

UNPROVED = ("openid", "profile")  # what a token allows before the e-mail address is proved (S26)
NEEDS_A_BROWSER = "passkey"
_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


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
    "second_factor": "hosted_page_required",
}


class Entered(NamedTuple):
    """Somebody came in. tokens: an `issuing.Tokens`."""

    user: Any
    tokens: issuing.Tokens


class Waiting(NamedTuple):
    """The password was right; the factor ``way`` is to be shown next, in ``interaction``.

    way: a factor's name; None where only a browser can show what the person has. sent: a code of
    it is on its way, where it is one that is sent.
    """

    interaction: Any
    way: str | None
    sent: bool = True


def client_of(document):
    """Return the client that ``document`` is. Raises Off."""
    client = clients.find(document.client_id)
    if client is None or client.disabled:
        raise Off
    return client


def by_password(document, identifier, password, *, code=None, unproved=False):
    """Sign in with a password, and ``code`` where a second factor is shown along with it.

    unproved: who has not proved their e-mail address is let in, to :data:`UNPROVED` alone.
    Returns :class:`Entered`, or :class:`Waiting`, which is to be kept. Asked before the request
    writes anything.

    Raises as `sign_in.by_password` and `second_factor.show` do; Off, HeldUp.
    """
    client = client_of(document)
    begun = []

    def begin():
        begun.append(pending.begin(document))
        return begun[-1]

    then = partial(_with_code, document, code) if code else None
    session = sign_in.by_password(identifier, password, begin=begin, then=then)
    if session is None:
        return _waiting(document, begun[0])
    return admit(document, client, session, unproved=unproved)


def by_code(document, interaction, code):
    """Take the second step of ``interaction``, found by `pending.find`; return :class:`Entered`.

    Asked before the request writes anything. Raises as `second_factor.show` does; Off, HeldUp.
    """
    client = client_of(document)
    session = _second_step(interaction, code)
    return admit(document, client, session)


def admit(document, client, session, *, unproved=False):
    """Return :class:`Entered` for ``session``, which was just opened. Raises HeldUp."""
    here = browser.presence()
    stop = policy.next_prompt(Situation(asked=None, presence=here, now=clock.now()))
    name = stop and stop[0].name
    if stop and not (unproved and name == "contact"):
        raise HeldUp(name)
    scope = [each for each in client.scope if not stop or each in UNPROVED]
    user = lookup.by_id(session.user_id)
    return Entered(user, issuing.begin(document, user, session, scope))


def _waiting(document, interaction):
    """The password was shown once more while a code sent here is good: that journey goes on."""
    way = _first(second_factor.ways(interaction))
    if way not in one_time_codes.FACTORS or second_factor.look(interaction, way).live:
        return Waiting(interaction, way)
    for before in pending.waiting(document, second_factor.person(interaction).id):
        if way in second_factor.ways(before) and second_factor.look(before, way).live:
            pending.end(interaction)
            return Waiting(before, way)
    return Waiting(interaction, way, sent=False)


def _with_code(document, code, user):
    """Return the session of who showed ``code`` along with the password, or None: none is due.

    A code that has to be sent first is good where it was asked for, so that wait is looked up.
    """
    waiting = pending.find(document, user.id)
    if waiting:
        return _second_step(waiting, code)
    name = _shown_by(code, [factor.name for factor in registry.showable(user.id)])
    if name is None or name in one_time_codes.FACTORS:
        return None
    judged = user.password_hash
    amr = showing.judge(user, name, code, "at_once")
    user = lookup.held(user.id)
    if user.password_hash != judged or not user.may_enter():
        raise second_factor.Over
    return entering.enter(user, assurance.joined(assurance.PASSWORD, amr))


def _second_step(interaction, code):
    name = _shown_by(code, second_factor.ways(interaction))
    if name is None:
        raise HeldUp("second_factor")
    session = second_factor.show(interaction, name, code)
    pending.end(interaction)
    return session


def _shown_by(code, ways):
    """Which of ``ways`` shows ``code``, by its shape; the first that is typed where none does."""
    typed = [name for name in ways if name != NEEDS_A_BROWSER]
    digits = bool(_DIGITS.fullmatch(code.strip()))
    fitting = [name for name in typed if (name != "recovery_code") == digits]
    return next(iter([*fitting, *typed]), None)


def _first(ways):
    """The factor to ask for: one that is typed and lasts."""
    typed = (name for name in ways if name not in {NEEDS_A_BROWSER, "recovery_code"})
    return next(typed, None)
