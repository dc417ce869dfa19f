"""The page for a code that was sent (UX A06, A07): an e-mail address or a phone is proved by it.

Who has just joined proves the address before anybody is signed in; for an address that was
somebody's already the page is the same, and no code is right.
"""

from typing import NamedTuple

from flask import current_app, redirect, request, url_for

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.flows.contacts import verify_contact
from app.auth.hosted import forms, shell
from app.auth.interactions import drafts, journey
from app.auth.pages import contact_words
from app.auth.sessions import browser
from app.foundation import csrf, words

verification = shell.door("verification")


class Step(NamedTuple):
    """What is to be proved. newcomer: before anybody is signed in; may_skip: it can wait."""

    channel: str
    user_id: int | None
    where: str
    newcomer: bool = False
    may_skip: bool = False


@verification.get("/verify")
def begin():
    """Go and prove what is still to be proved."""
    return shell.sign_in_first("/account")


@verification.get("/verify/<uid>")
def show(uid):
    """Ask for the code; who comes for the first time is sent one."""
    visit, step = _come_in(uid)
    told = words.t("verify.again") if "sent" in request.args else None
    return forms.page("verify", **_page(visit, step), told=told, wait=_sent(step))


@verification.post("/verify/<uid>")
def prove(uid):
    """Take the code and go on with the journey, or say why not."""
    visit, step = _come_in(uid)
    form = forms.read(code="otp.missing")
    try:
        visit.check_token()
        if form.wrong:
            context = _page(visit, step)
            return forms.again("verify", forms.Incomplete(), errors=form.wrong, **context)
        _prove(visit, step, form.values["code"])
    except one_time.Expired as problem:
        notice = _renewed(step, problem)
        return forms.again("verify", problem, notice=notice, **_page(visit, step))
    except (csrf.Stale, one_time.WrongCode, one_time.Paused) as problem:
        notice = contact_words.told(problem)
        return forms.again("verify", problem, notice=notice, **_page(visit, step))
    return _go_on(visit)


@verification.post("/verify/<uid>/again")
def send_again(uid):
    """Send another code, or say when."""
    visit, step = _come_in(uid)
    told = {"locale": words.locale()}
    try:
        visit.check_token()
        if step.newcomer:
            verify_contact.send_to_newcomer(step.user_id, step.where, browser.address(), **told)
        else:
            verify_contact.send(step.user_id, step.channel, browser.address(), **told)
    except (csrf.Stale, sends.TooSoon) as problem:
        notice = contact_words.told(problem)
        return forms.again("verify", problem, notice=notice, **_page(visit, step))
    return redirect(url_for("verification.show", uid=uid, sent=1), 303)


@verification.post("/verify/<uid>/later")
def skip(uid):
    """Pass the phone by, where policy lets."""
    visit, step = _come_in(uid)
    visit.check_token()
    if step.may_skip:
        journey.answer(visit.interaction, "phone", proved=False)
    return _go_on(visit)


def _come_in(uid):
    """Return the visit and what it is to prove."""
    visit = shell.come_in(uid, "login", "contact", page="verify")
    prompt, check = journey.stop(visit.interaction)
    if prompt.name == "contact":
        return visit, _step_of(browser.presence(), check)
    draft = drafts.read(visit.interaction, "join")
    if draft is None:
        shell.leave_for(f"/login/{uid}")
    return visit, Step("email", draft["user_id"], draft["email"], newcomer=True)


def _step_of(here, check):
    user = lookup.by_id(here.user_id)
    channel = "email" if check.name == "email_due" else "phone"
    contact = verify_contact.where(user, channel)
    return Step(channel, user.id, contact, may_skip=check.name == "phone_offered")


def _sent(step):
    """See that a code was sent; return when one can be asked for, if not now."""
    if step.newcomer or step.where is None:
        return None
    try:
        told = {"locale": words.locale()}
        verify_contact.ensure_sent(step.user_id, step.channel, browser.address(), **told)
    except sends.TooSoon as problem:
        return words.t(problem.key, time=words.time(problem.until))
    return None


def _renewed(step, problem):
    """Send another code for one that came too late, and return the notice that says so."""
    try:
        told = {"locale": words.locale()}
        verify_contact.send(step.user_id, step.channel, browser.address(), **told)
    except sends.TooSoon as wait:
        return forms.told(problem, contact_words.told(wait).sentences[0])
    return forms.Notice(
        "danger",
        words.t("otp.expired_plain_heading"),
        (words.t("otp.expired", destination=contact_words.shown(step)),),
    )


def _prove(visit, step, code):
    guesser = Guesser(browser.address(), browser.id())
    if step.newcomer:
        session = verify_contact.first_email(step.user_id, code, guesser)
        journey.answer(visit.interaction, "login", sid=session.id)
    elif step.channel == "email":
        verify_contact.email(step.user_id, code, guesser)
    else:
        verify_contact.phone(step.user_id, code, guesser)
        journey.answer(visit.interaction, "phone", proved=True)
    browser.proved(step.channel)


def _go_on(visit):
    stop = journey.next_stop(visit.interaction)
    return redirect(stop or visit.interaction.return_to, 303)


def _page(visit, step):
    joined = visit.interaction.answer_to("join")
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "uid": visit.uid,
        "step": step,
        "where": contact_words.shown(step),
        "minutes": one_time.minutes(verify_contact.PURPOSES[step.channel]),
        "steps": joined and (3 if joined["phone"] else 2),
        "support": current_app.config["SUPPORT_CONTACT"] or words.t("support.channel"),
    }
