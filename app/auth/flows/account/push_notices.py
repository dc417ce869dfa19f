"""Notices in a browser of one's own: turned on there, turned off from anywhere."""

from app.auth.accounts import lookup
from app.auth.factors import deed_codes
from app.auth.notifications import post, subscriptions
from app.auth.sessions import browser, devices
from app.foundation import clock


def turn_on(address, name):
    """Show notices to who is here in this browser, which takes them at ``address``.

    They end with the session here, however it is ended, but not when it merely runs out: who was
    away for an hour is to be told of what happened meanwhile. name: what the browser is called.
    The person is told everywhere else, since codes for their money may come here later (W-07).

    Raises subscriptions.Refused.
    """
    here = browser.presence()
    user = lookup.held(here.user_id)
    device_id = devices.held(here.session_id)
    if device_id is None:
        raise subscriptions.Refused
    post.notice("factor_on", user, factor=deed_codes.PUSHED.name, at=clock.now())
    subscriptions.keep(user, device_id, address, name)


def turn_off(subscription_id):
    """Show who is here no more notices in one of their browsers."""
    subscriptions.remove(lookup.held(browser.presence().user_id), subscription_id)
