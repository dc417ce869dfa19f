"""The second-factor page: the password was right; show the factor, or choose another (A02, A03).

A journey stops here when :mod:`app.auth.interactions.prompts.second_factor` says that the password
alone is not enough.
"""

from functools import partial

from flask import redirect, request, url_for

from app.auth.factors import ceremonies, policy, totp
from app.auth.flows.factors import second_factor as flow
from app.auth.flows.factors import showing, tries
from app.auth.hosted import forms, shell
from app.auth.pages import proofs
from app.foundation import csrf

second_factor = shell.door("second_factor")


@second_factor.get("/second-factor/<uid>")
def show(uid):
    """Ask for the factor that this person has, the best first."""
    return forms.page("second_factor", **_page(shell.come_in(uid, "second_factor")))


@second_factor.post("/second-factor/<uid>")
def enter(uid):
    """Sign in and go on with the journey, or say why not."""
    visit = shell.come_in(uid, "second_factor")
    remember = request.form.get("remember") == "1"
    try:
        visit.check_token()
        name, answer = proofs.read()
        session = flow.show(visit.interaction, name, answer, remember=remember)
    except showing.Expired as problem:
        return _again(visit, problem, proofs.renewed(problem, *_codes(visit)))
    except (csrf.Stale, showing.Wrong, tries.Limited, totp.Used, ceremonies.Refused) as problem:
        return _again(visit, problem, proofs.notice(problem))
    except proofs.Missing as problem:
        return _again(visit, problem, errors=problem.errors)
    except flow.Over:
        return _from_the_start(visit)
    return shell.go_on(visit, "login", sid=session.id)


@second_factor.post("/second-factor/<uid>/send")
def send(uid):
    """Send the code that was chosen, or another; or say when."""
    visit = shell.come_in(uid, "second_factor")
    name, again = proofs.choice()
    try:
        visit.check_token()
        flow.send(visit.interaction, name, again=again)
    except proofs.UNSENT as problem:
        return _again(visit, problem, proofs.notice(problem))
    told = {"sent": 1} if again else {}
    return redirect(url_for("second_factor.show", uid=uid, method=name, **told), 303)


@second_factor.get("/second-factor/<uid>/other")
def others(uid):
    """Let the person choose among the factors they have."""
    visit = shell.come_in(uid, "second_factor")
    address = url_for("second_factor.show", uid=uid)
    context = {"back": address, "channel": proofs.channel(), "csrf_token": visit.token}
    return forms.page("other_method", methods=flow.ways(visit.interaction), **context)


@second_factor.post("/second-factor/<uid>/again")
def again(uid):
    """Let somebody else sign in, or the same person anew."""
    visit = shell.come_in(uid, "second_factor")
    visit.check_token()
    return _from_the_start(visit)


def _from_the_start(visit):
    flow.start_over(visit.interaction)
    return redirect(url_for("login.show", uid=visit.uid), 303)


def _again(visit, problem, notice=None, errors=None):
    return forms.again("second_factor", problem, notice=notice, errors=errors, **_page(visit))


def _codes(visit):
    """How to send a code of this journey, and how to look at it."""
    return partial(flow.send, visit.interaction), partial(flow.look, visit.interaction)


def _page(visit):
    user, check = flow.person(visit.interaction), flow.is_check(visit.interaction)
    here = url_for("second_factor.show", uid=visit.uid)
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "who": user.full_name or user.username or user.email,
        "here": here,
        "again": url_for("second_factor.again", uid=visit.uid),
        "others": None if check else f"{here}/other",
        "check": check,
        "same_path": flow.is_same_path(visit.interaction),
        "channel": proofs.channel(),
        "may_remember": not check and policy.lets_browsers_be_remembered(user.id),
        **proofs.asked(user.id, flow.ways(visit.interaction), _codes(visit)[1]),
    }
