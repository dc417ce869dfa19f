"""Taking a person's factors away: asked for here, done after a delay in which they can stop it."""

from functools import partial

from flask import current_app, request

from app.auth.admin import guard
from app.auth.admin.people import calls, deeds, held, within
from app.auth.flows.four_eyes import asking
from app.auth.flows.people import reset_factor
from app.auth.hosted import forms, signed_in
from app.auth.people import naming
from app.auth.recoveries import waiting
from app.auth.staff.permissions import PEOPLE_RESET_FACTOR

factors = guard.door("admin_reset_factor", PEOPLE_RESET_FACTOR, max_age=guard.FRESH_SECONDS)

EVERY = "every"
_RESET = f"/admin/users/{within.SUB}/reset-factor"


@factors.get(_RESET)
def ask(sub):
    """Ask which, and say what happens."""
    user = within.person(sub)
    return forms.page(
        "admin/people/reset",
        user=user,
        called=naming.called(user),
        factors=held.factors(user.id),
        hours=current_app.config["FACTOR_RESET_DELAY_HOURS"],
        waits=waiting.live(user.id) is not None,
        command=calls.deed("reset-factor", user.sub),
        **signed_in.page(),
    )


@factors.post(_RESET)
def do(sub):
    """Let it go after the delay, or say why not."""
    user, named = within.person(sub), request.form.get("factor", EVERY)
    factor = None if named == EVERY else named
    asked = partial(asking.reset_factor, user, factor, by=guard.actor())
    return deeds.done(user, "reset", asked)


@factors.post(f"{_RESET}/stop")
def stop(sub):
    """Stop what waits."""
    user = within.person(sub)
    return deeds.done(user, "stopped", lambda: reset_factor.stop(user.sub, by=guard.actor()))
