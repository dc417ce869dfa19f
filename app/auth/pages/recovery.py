"""The pages to come back without the password (UX A09, A10).

Asking leads to the same page whether or not there is such an account. The link that was mailed
opens a page and does nothing by itself (V-07); its form needs no journey, as mail is often read
elsewhere.
"""

from flask import redirect, request, url_for

from app.auth.accounts import passwords
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.flows.contacts import recover
from app.auth.hosted import forms, shell
from app.auth.interactions import drafts, journey
from app.auth.pages import contact_words, password_words, session_words
from app.auth.sessions import browser
from app.foundation import csrf, words

recovery = shell.door("recovery")

LINK = "reset by link"  # what the form behind a link is good for


@recovery.get("/forgot")
def begin():
    """Come back to one's own account."""
    return shell.begin_at("/forgot")


@recovery.get("/forgot/<uid>")
def ask(uid):
    """Ask who it is, and where to send a code."""
    return forms.page("forgot", **_asking(shell.come_in(uid, "login", page="forgot"), {}))


@recovery.post("/forgot/<uid>")
def send(uid):
    """Send a code if there is such an account, and lead to the page that takes it either way."""
    visit = shell.come_in(uid, "login", page="forgot")
    form = forms.read(identifier="login.missing_user", channel=None)
    context = _asking(visit, form.values)
    channel = form.values["channel"] if form.values["channel"] in recover.CHANNELS else "email"
    try:
        visit.check_token()
        if form.wrong:
            return forms.again("forgot", forms.Incomplete(), errors=form.wrong, **context)
        told = {"locale": words.locale()}
        found = recover.ask(form.values["identifier"], channel, browser.address(), **told)
    except (csrf.Stale, sends.TooSoon) as problem:
        return forms.again("forgot", problem, notice=contact_words.told(problem), **context)
    drafts.keep(visit.interaction, "forgot", {"user_id": found})
    return redirect(url_for("recovery.show", uid=uid), 303)


@recovery.get("/reset/<uid>")
def show(uid):
    """Ask for the code and a new password."""
    visit, _ = _asked(uid)
    return forms.page("reset", **_page(visit.token, uid), told=words.t("forgot.sent"))


@recovery.post("/reset/<uid>")
def by_code(uid):
    """Replace the password and lead to the sign-in, or say why not."""
    visit, user_id = _asked(uid)
    form = forms.read(code="otp.missing", new_password="new_password.missing")
    code, new = form.values["code"], form.values["new_password"]
    refused = _refused(
        form,
        _page(visit.token, uid),
        visit.check_token,
        lambda: recover.by_code(user_id, code, new, _guesser(), device=_device()),
    )
    return refused or _to_sign_in(visit.interaction)


@recovery.get("/reset")
def open_link():
    """Ask for a new password, allowed by a link; looking at it uses nothing up."""
    link = request.args.get("token", "")
    if not link:
        return redirect(url_for("recovery.begin"), 303)
    if not recover.is_good(link):
        return forms.page("reset_over", 410)
    return forms.page("reset", **_page(_token(), link=link))


@recovery.post("/reset")
def by_link():
    """Replace the password and lead to the sign-in, or say why not."""
    form = forms.read(link="otp.missing", new_password="new_password.missing")
    link, new = form.values["link"], form.values["new_password"]
    if not recover.is_good(link):
        return forms.page("reset_over", 410)
    refused = _refused(
        form,
        _page(_token(), link=link),
        lambda: csrf.check(browser.id(), LINK),
        lambda: recover.by_link(link, new, _guesser(), device=_device()),
    )
    return refused or _to_sign_in(journey.begin("account", return_to="/account"))


def _refused(form, context, check_token, reset):
    """Reset, and return None; or the page that says why not."""
    try:
        check_token()
        if form.wrong:
            return forms.again("reset", forms.Incomplete(), errors=form.wrong, **context)
        reset()
    except passwords.Refused as problem:
        wrong = {"new_password": words.t(problem.key, **problem.values)}
        context["advice"] = password_words.advice(form.values["new_password"])
        return forms.again("reset", problem, errors=wrong, **context)
    except (csrf.Stale, one_time.WrongCode, one_time.Paused) as problem:
        return forms.again("reset", problem, notice=contact_words.told(problem), **context)
    return None


def _asked(uid):
    """Return the visit, and who was asked for in it; who has not asked is led there."""
    visit = shell.come_in(uid, "login", page="reset")
    draft = drafts.read(visit.interaction, "forgot")
    if draft is None:
        shell.leave_for(f"/forgot/{uid}")
    return visit, draft["user_id"]


def _to_sign_in(interaction):
    journey.answer(interaction, "reset", done=True)
    return redirect(url_for("login.show", uid=interaction.id), 303)


def _asking(visit, typed):
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "uid": visit.uid,
        "identifier": typed.get("identifier", ""),
        "channel": typed.get("channel") or "email",
    }


def _page(csrf_token, uid=None, link=None):
    return {"csrf_token": csrf_token, "uid": uid, "link": link}


def _token():
    return csrf.token(browser.id(), LINK)


def _guesser():
    return Guesser(browser.address(), browser.id())


def _device():
    return session_words.device_of(request.user_agent.string)
