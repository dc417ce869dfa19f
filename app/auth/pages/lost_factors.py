"""The pages for who has lost every factor (UX A03): what happens, a code, the wait.

They belong to the second step of signing in: the password was right a moment ago.
"""

from flask import current_app, redirect, request, url_for

from app.auth.accounts.proofs import one_time, sends
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.flows.factors import lost_factors as flow
from app.auth.flows.factors import second_factor
from app.auth.hosted import forms, shell
from app.auth.interactions import journey
from app.auth.pages import contact_words, lost_words, proofs
from app.auth.recoveries import waiting
from app.auth.sessions import browser
from app.foundation import csrf, words

lost_factors = shell.door("lost_factors")

PROMPT = "second_factor"
ASKED = "lost"  # the journey's answer: what a code was sent for, and by which channel


@lost_factors.get("/second-factor/<uid>/lost")
def show(uid):
    """Say what happens, what the person waits for, or what is left to do."""
    page = _page(_come_in(uid))
    state = {flow.COMPLETE: "open", None: "waiting"}.get(page["what"])
    return forms.page("lost_factors", state=state, **page)


@lost_factors.post("/second-factor/<uid>/lost")
def send(uid):
    """Send a code, or say why not."""
    visit = _come_in(uid)
    channel = request.form.get("channel", "email")
    what = flow.deed(second_factor.person(visit.interaction).id)
    try:
        visit.check_token()
        if what is None:
            raise waiting.Begun
        flow.send(visit.interaction, what, channel, locale=words.locale())
    except (csrf.Stale, waiting.Begun, flow.Unproved, sends.TooSoon) as problem:
        return forms.again("lost_factors", problem, **_page(visit, problem))
    except second_factor.Over:
        return _from_the_start(visit)
    journey.answer(visit.interaction, ASKED, what=what, channel=channel)
    return redirect(url_for("lost_factors.code", uid=uid), 303)


@lost_factors.get("/second-factor/<uid>/lost/code")
def code(uid):
    """Ask for the code that was sent."""
    visit = _come_in(uid)
    return forms.page("lost_code", **_code_page(visit, _asked(visit)))


@lost_factors.post("/second-factor/<uid>/lost/code")
def confirm(uid):
    """Begin the wait, or end it and go on; or say why not."""
    visit = _come_in(uid)
    asked = _asked(visit)
    context = _code_page(visit, asked)
    typed = forms.read(code="otp.missing")
    try:
        visit.check_token()
        if typed.wrong:
            return forms.again("lost_code", forms.Incomplete(), errors=typed.wrong, **context)
        return _done(visit, asked, typed.values["code"])
    except (csrf.Stale, one_time.WrongCode, one_time.Paused) as problem:
        return forms.again("lost_code", problem, notice=contact_words.told(problem), **context)
    except (waiting.Begun, waiting.NotOpen, waiting.Limited) as problem:
        return forms.again("lost_factors", problem, **_page(visit, problem))
    except second_factor.Over:
        return _from_the_start(visit)


def _done(visit, asked, typed):
    guesser = Guesser(browser.address(), browser.id())
    if asked["what"] == flow.COMPLETE:
        session = flow.complete(visit.interaction, typed, guesser)
        return shell.go_on(visit, "login", sid=session.id)
    flow.begin(visit.interaction, typed, guesser)
    return redirect(url_for("lost_factors.show", uid=visit.uid), 303)


def _from_the_start(visit):
    second_factor.start_over(visit.interaction)
    return redirect(url_for("login.show", uid=visit.uid), 303)


def _come_in(uid):
    return shell.come_in(uid, PROMPT, page=ASKED)


def _asked(visit):
    asked = visit.interaction.answer_to(ASKED)
    if asked is None:
        shell.leave_for(url_for("lost_factors.show", uid=visit.uid))
    return asked


def _page(visit, problem=None):
    user = second_factor.person(visit.interaction)
    settings, recovery = current_app.config, waiting.live(user.id)
    what = flow.deed(user.id)
    return {
        **_both(visit),
        "notice": problem and contact_words.told(problem),
        "what": what,
        "ways": lost_words.ways(flow.ways(user)) if what else [],
        "who": user.full_name or user.username or user.email,
        "hours": settings["FACTOR_RECOVERY_WAIT_HOURS"],
        "open_hours": settings["FACTOR_RECOVERY_OPEN_HOURS"],
        "when": recovery and lost_words.moment(recovery.opens_at),
        "until": recovery and lost_words.moment(recovery.closes_at),
        "support": proofs.channel(),
        "zone": words.zone_name(),
    }


def _code_page(visit, asked):
    found = lost_words.ways(flow.ways(second_factor.person(visit.interaction)))
    return {
        **_both(visit),
        "channel": asked["channel"],
        "where": dict(found).get(asked["channel"]),
        "what": asked["what"],
        "minutes": one_time.minutes(flow.PURPOSES[asked["what"]]),
    }


def _both(visit):
    return {"asker": visit.asker, "csrf_token": visit.token, "uid": visit.uid}
