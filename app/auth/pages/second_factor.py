"""The second-factor page: the password was right; show the factor, or choose another (A02, A03).

A journey stops here when :mod:`app.auth.interactions.prompts.second_factor` says that the password
alone is not enough.
"""

from functools import partial

from flask import redirect, request, url_for

from app.auth.flows.factors import second_factor as flow
from app.auth.hosted import forms, shell
from app.auth.pages import proofs

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
    show = partial(flow.show, visit.interaction, remember=remember)
    context = partial(_page, visit)
    try:
        session, refused = proofs.judge("second_factor", visit, show, context, _codes(visit))
    except flow.Over:
        return _from_the_start(visit)
    return refused or shell.go_on(visit, "login", sid=session.id)


@second_factor.post("/second-factor/<uid>/send")
def send(uid):
    """Send the code that was chosen, or another; or say when."""
    visit = shell.come_in(uid, "second_factor")
    return proofs.send("second_factor", visit, partial(_page, visit), _codes(visit))


@second_factor.get("/second-factor/<uid>/other")
def others(uid):
    """Let the person choose among the factors they have."""
    visit = shell.come_in(uid, "second_factor")
    address = url_for("second_factor.show", uid=uid)
    lost = url_for("lost_factors.show", uid=uid)
    context = {"back": address, "csrf_token": visit.token, "lost": lost}
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


def _codes(visit):
    journey = visit.interaction
    return proofs.Codes(send=partial(flow.send, journey), look=partial(flow.look, journey))


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
        "may_remember": not check and flow.may_remember(user, visit.interaction),
        "ways": proofs.asked(user.id, flow.ways(visit.interaction), _codes(visit)),
    }
