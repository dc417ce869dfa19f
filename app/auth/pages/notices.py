"""By which channels one hears of one's money (S111): each kind of notice, each channel."""

from flask import request

from app.auth.accounts import lookup
from app.auth.flows.account import choose_notices
from app.auth.hosted import forms, signed_in
from app.auth.notifications import choices, messages, post
from app.auth.sessions import browser
from app.foundation import words

account_notices = signed_in.door("account_notices", act="change_notices")

CHANNELS = (messages.MAIL, messages.SMS, messages.PUSH)
NAME = "{}-{}"  # of a box: its kind and its channel


@account_notices.get("/account/notices")
def show():
    """Show what was chosen."""
    told = words.t("notices.done") if request.args.get("done") else None
    user_id = browser.presence().user_id
    return forms.page("notices", told=told, **_page(choices.of(user_id)))


@account_notices.post("/account/notices")
def choose():
    """Keep what is chosen, unless it would silence what must be heard."""
    chosen = choices.of(browser.presence().user_id)
    for kind in messages.KINDS:
        chosen[kind] |= {each: NAME.format(kind, each) in request.form for each in _offered()}
    try:
        choose_notices.choose(chosen)
    except choices.Silent as problem:
        wrong = {NAME.format(kind, messages.MAIL): _silent(kind) for kind in problem.kinds}
        return forms.again("notices", problem, errors=wrong, **_page(chosen))
    return signed_in.back(".show", done="1")


def _offered():
    return [channel for channel in CHANNELS if post.offers(channel)]


def _silent(kind):
    return words.t("notices.silent", kind=words.t(f"notices.kind_{kind}"))


def _page(chosen):
    reached = choose_notices.reaches(lookup.by_id(browser.presence().user_id))
    return {
        "chosen": chosen,
        "channels": _offered(),
        "missing": [channel for channel in _offered() if channel not in reached],
        "must": messages.MUST_TELL,
        **signed_in.page(),
    }
