"""Open an account by document 004, which gives tokens before the address is proved (C12, S26).

They allow nothing but to know who it is. Whoever knows the password signs in anew once the address
is proved, and then gets the rest.
"""

from app.auth.accounts import lookup
from app.auth.clients import documents
from app.auth.flows.contacts import join
from app.auth.flows.documents import entrance
from app.auth.sessions import assurance, browser


def begin(given, *, locale=None, document=documents.NEST):
    """Open an account as ``given`` (an Application) says; return `entrance.Entered`, or None.

    A code and a link go to the address. None: it is somebody's already, who is told by mail; that
    is to be kept. Asked before the request writes anything.

    Raises as `join.begin` does; entrance.Off.
    """
    client = entrance.client_of(document)
    joined = join.begin(given, browser.address(), locale=locale, link=True, asked=())
    if joined.user_id is None:
        return None
    session = browser.open(lookup.by_id(joined.user_id), assurance.PASSWORD)
    return entrance.admit(document, client, session, unproved=True)
