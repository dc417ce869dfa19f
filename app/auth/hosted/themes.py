"""Light or dark: as the browser's, until somebody chooses (UX §3.1).

The choice is the person's, kept with their account; this browser remembers it, so that the page to
sign in, where nobody is known yet, has it too. It stands in the page's first tag: nothing flashes.
"""

from flask import g

from app.auth.flows.account.profile import THEMES
from app.auth.sessions import cookies

_SECONDS = 365 * 86_400


def worn():
    """Return ``light`` or ``dark``, or None: as the browser's."""
    here = g.get("presence")
    return here.theme if here else cookies.choice("theme", THEMES)


def follow(here):
    """Let this browser remember what who is here (a Presence, or None) has chosen."""
    if here is None or here.theme == cookies.choice("theme", THEMES):
        return
    if here.theme:
        cookies.leave_for_long("theme", here.theme, _SECONDS)
    else:
        cookies.take_back("theme")
