"""An app that keeps no cookies (the client documents): known by where it calls from.

Such a request reads and leaves no cookie of ours. Its browser, as far as devices, limits and saved
requests go, is what calls itself so in that network: a person's phone at home is one, and comes
again as the same. It tells less than a cookie does, so nothing is opened by it.
"""

from base64 import urlsafe_b64encode

from flask import current_app, g

from app.auth.accounts import counts
from app.auth.sessions import browser
from app.foundation import digests


def come_in(document, seconds):
    """Take this request as one of the app ``document`` (a client's id).

    seconds: how long a session lives that is opened by it; it does not end sooner for want of use,
    since nobody of ours sees its use.
    """
    key = current_app.extensions["sealing"].derive("apps")
    caller = f"{document}\n{browser.user_agent()}\n{counts.network(browser.address())}"
    g.browser_id = urlsafe_b64encode(digests.keyed(key, caller)).rstrip(b"=").decode()
    g.presence = None
    g.app_seconds = seconds
