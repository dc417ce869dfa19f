"""Open an account by document 004, which gives tokens before the address is proved (C12, S26).

They allow nothing but to know who it is. Whoever knows the password signs in anew once the address
is proved, and then gets the rest.
"""

from flask import current_app

from app.auth.accounts import lookup
from app.auth.clients import documents
from app.auth.flows.documents import entrance, signing_up
from app.auth.sessions import assurance, browser


def begin(given, *, locale, document=documents.NEST):
    """Open an account as ``given`` (an Application) says; return `entrance.Entered`, or None.

    A code and a link go to the address. None, with ``SIGNUP_ENUMERATION_SAFE``: nobody is given
    tokens, so that nothing tells whether the address was known. Asked before the request writes
    anything.

    Raises as `signing_up.join_as` does; entrance.Off. Raises registration.Taken: when the user
    name is another's.
    """
    client = entrance.client_of(document)
    joined = signing_up.join_as(given, locale=locale, asked=(), link=True)
    if current_app.config["SIGNUP_ENUMERATION_SAFE"]:
        return None
    session = browser.open(lookup.by_id(joined.user_id), assurance.PASSWORD)
    return entrance.admit(document, client, session, unproved=True)
