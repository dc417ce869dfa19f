"""Where the code for one deed may go: the phone of the person, and their other browsers.

A code shown where the deed is being approved proves no more than the session there does, so this
very browser is no such place; nor is one that takes notices since today, which whoever has just
come in may have brought (`docs/decisions/0026`).
"""

from datetime import timedelta

from app.auth.accounts import lookup
from app.auth.accounts.proofs import sends
from app.auth.accounts.proofs.sends import Contact
from app.auth.factors.one_time_codes import APPROVAL, SentCode
from app.auth.notifications import messages, post, subscriptions
from app.auth.sessions import browser, devices

SETTLED = timedelta(days=1)  # for so long a browser takes notices before it takes codes
PUSHED = SentCode("push_code", "push", APPROVAL.purpose)  # one purpose: one code, whichever way
KINDS = {kind.channel: kind for kind in (APPROVAL, PUSHED)}


def contacts(here, now):
    """Return each :class:`Contact` that may get a code of who is ``here`` (Presence): SMS first."""
    found = []
    if APPROVAL.counts(here.user_id):
        found.append(sends.proved(lookup.by_id(here.user_id), APPROVAL.channel))
    return found + _browsers(here, now)


def shared(user_id):
    """Return what every code for a deed of the person counts against, whichever way it goes."""
    return Contact("deed", str(user_id), proved=True)


def _browsers(here, now):
    """The other browsers; none at all where nobody can tell which one this is."""
    own = _own(here)
    if not own or not post.offers(messages.PUSH):
        return []
    return [
        Contact(PUSHED.channel, each.id, proved=True, name=each.name)
        for each in subscriptions.of(here.user_id)
        if each.device_id not in own and each.created_at <= now - SETTLED
    ]


def _own(here):
    """The devices that this is: where the session was opened, and where its cookie is now."""
    device = devices.of_browser(here.user_id, browser.id())
    return {devices.of_session(here.session_id), device and device.id} - {None}
