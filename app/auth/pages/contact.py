"""Change one's e-mail address or phone: say the new one, then type the code sent there."""

from flask import redirect, url_for

from app.auth.accounts import lookup, papers
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.flows.contacts import change_contact
from app.auth.hosted import forms, signed_in
from app.auth.pages import contact_words
from app.auth.sessions import browser
from app.foundation import masks, words

contact = signed_in.door("account_contact", act="change_contact")

_PATH = "/account/contact/<any(email, phone):channel>"


@contact.get(_PATH)
def show(channel):
    """Ask for the new one."""
    return forms.page("contact", **_page(channel))


@contact.post(_PATH)
def ask(channel):
    """Send a code there, or say what is wrong with it."""
    typed = forms.read(**{channel: f"contact.{channel}.wrong"})
    if typed.wrong:
        return forms.again("contact", forms.Incomplete(), errors=typed.wrong, **_page(channel))
    try:
        _send(channel, typed.values[channel])
    except sends.TooSoon as problem:
        notice = contact_words.told(problem)
        return forms.again("contact", problem, notice=notice, **_page(channel, typed.values))
    except (change_contact.Malformed, change_contact.Same) as problem:
        wrong = {channel: words.t(problem.key or f"contact.{channel}.wrong")}
        return forms.again("contact", problem, errors=wrong, **_page(channel, typed.values))
    return redirect(url_for(".code", channel=channel), 303)


@contact.get(f"{_PATH}/code")
def code(channel):
    """Ask for the code that was sent."""
    if change_contact.waiting(_here(), channel) is None:
        return redirect(url_for(".show", channel=channel), 303)
    return forms.page("contact_code", **_code_page(channel))


@contact.post(f"{_PATH}/code")
def confirm(channel):
    """Take the new one where the code is right."""
    typed = forms.read(code="otp.missing")
    if typed.wrong:
        return _code_again(channel, forms.Incomplete(), errors=typed.wrong)
    guesser = Guesser(browser.address(), browser.id())
    try:
        change_contact.confirm(_here(), channel, typed.values["code"], guesser)
    except one_time.Paused as problem:
        return _code_again(channel, problem, contact_words.told(problem))
    except one_time.WrongCode as problem:
        return _code_again(channel, problem, errors={"code": words.t(problem.key)})
    except (change_contact.Gone, change_contact.Taken) as problem:
        notice = forms.told(problem)
        return forms.again("contact", problem, notice=notice, **_page(channel))
    return redirect(url_for("account_profile.show", done=channel), 303)


@contact.post(f"{_PATH}/resend")
def resend(channel):
    """Send another code; the one before is good no more."""
    target = change_contact.waiting(_here(), channel)
    if target is None:
        return redirect(url_for(".show", channel=channel), 303)
    try:
        _send(channel, target)
    except sends.TooSoon as problem:
        return _code_again(channel, problem, contact_words.told(problem))
    return redirect(url_for(".code", channel=channel), 303)


def _send(channel, target):
    address, spoken = browser.address(), words.locale()
    change_contact.ask(_here(), channel, target, address, locale=spoken)


def _here():
    return browser.presence().user_id


def _code_again(channel, problem, notice=None, errors=None):
    page = _code_page(channel)
    return forms.again("contact_code", problem, notice=notice, errors=errors, **page)


def _page(channel, values=None):
    user = lookup.by_id(_here())
    number = papers.read(user, "phone")
    known = {"email": masks.email(user.email)}
    known["phone"] = number and masks.phone(number)
    typed = (values or {}).get(channel, "")
    return {"channel": channel, "now": known[channel], "typed": typed, **signed_in.page()}


def _code_page(channel):
    minutes = one_time.minutes(change_contact.PURPOSES[channel])
    target = change_contact.waiting(_here(), channel)
    return {"channel": channel, "target": target, "minutes": minutes, **signed_in.page()}
