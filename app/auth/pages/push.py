"""Notices on one's devices: the block on the security page, and the worker that shows them."""

from flask import current_app, request

from app.auth.flows.account import push_notices
from app.auth.hosted import shell, signed_in
from app.auth.notifications import messages, post, subscriptions
from app.auth.notifications.channels import vapid
from app.auth.pages import session_words
from app.auth.sessions import browser, devices
from app.foundation import clock, web, words

push = signed_in.door("account_push")
worker = shell.door("push_worker")

FIELDS = ("endpoint", "p256dh", "auth")


def block():
    """Return what the block shows, or None where no notice can be sent so.

    Its page may start the worker.
    """
    if not post.offers(messages.PUSH):
        return None
    web.allow_worker("push-worker")
    user_id = browser.presence().user_id
    device = devices.of_browser(user_id, browser.id())
    told = [_told(each, device) for each in subscriptions.of(user_id)]
    return {
        "key": vapid.public_key(),
        "here": next((each for each in told if each["here"]), None),
        "others": [each for each in told if not each["here"]],
    }


@push.post("/account/push")
def turn_on():
    """Show notices in this browser, which its script asked for them."""
    address = subscriptions.Address(*(request.form.get(name, "") for name in FIELDS))
    push_notices.turn_on(address, session_words.this_device())
    return signed_in.back("security.home", done="push_on")


@push.post("/account/push/<subscription_id>/off")
def turn_off(subscription_id):
    """Show no more there."""
    push_notices.turn_off(subscription_id)
    return signed_in.back("security.home", done="push_off")


@worker.get("/push-worker.js")
def script():
    """The worker, at the root: only so may it serve pages below it."""
    return current_app.send_static_file("js/push_worker.js")


def _told(each, device):
    now = clock.now()
    used = each.last_used_at and words.t("push.used", when=words.when(each.last_used_at, now))
    return {
        "id": each.id,
        "name": each.name,
        "sign": session_words.sign(each.name),
        "here": device is not None and each.device_id == device.id,
        "added": words.t("push.added", when=words.when(each.created_at, now)),
        "used": used or words.t("push.unused"),
    }
