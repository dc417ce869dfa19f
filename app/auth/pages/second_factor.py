"""The second-factor page: the password was right; show the factor, or choose another (A02, A03).

A journey stops here when :mod:`app.auth.interactions.prompts.second_factor` says that the password
alone is not enough.
"""

from flask import redirect, request, url_for

from app.auth.factors import ceremonies, policy, totp
from app.auth.flows.factors import second_factor as flow
from app.auth.flows.factors import showing
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
    context = _page(visit)
    remember = request.form.get("remember") == "1"
    try:
        visit.check_token()
        name, answer = proofs.read()
        session = flow.show(visit.interaction, name, answer, remember=remember)
    except (csrf.Stale, showing.Wrong, showing.Limited, totp.Used, ceremonies.Refused) as problem:
        return forms.again("second_factor", problem, notice=proofs.notice(problem), **context)
    except proofs.Missing as problem:
        return forms.again("second_factor", problem, errors=problem.errors, **context)
    except flow.Over:
        return _from_the_start(visit)
    return shell.go_on(visit, "login", sid=session.id)


@second_factor.get("/second-factor/<uid>/other")
def others(uid):
    """Let the person choose among the factors they have."""
    visit = shell.come_in(uid, "second_factor")
    address = url_for("second_factor.show", uid=uid)
    methods = proofs.methods(flow.person(visit.interaction).id)
    listed = [(name, f"{address}?method={name}") for name in methods]
    lost = url_for("lost_factors.show", uid=uid)
    return forms.page("other_method", methods=listed, back=address, lost=lost)


@second_factor.post("/second-factor/<uid>/again")
def again(uid):
    """Let somebody else sign in, or the same person anew."""
    visit = shell.come_in(uid, "second_factor")
    visit.check_token()
    return _from_the_start(visit)


def _from_the_start(visit):
    flow.start_over(visit.interaction)
    return redirect(url_for("login.show", uid=visit.uid), 303)


def _page(visit):
    user = flow.person(visit.interaction)
    here = url_for("second_factor.show", uid=visit.uid)
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "who": user.full_name or user.username or user.email,
        "here": here,
        "again": url_for("second_factor.again", uid=visit.uid),
        "others": f"{here}/other",
        "may_remember": policy.lets_browsers_be_remembered(user.id),
        **proofs.asked(user.id),
    }
