"""Step up: who is here must show more, or show it afresh, before going on (RFC 9470).

The session stays the same; only how surely and since when it is known who is here changes.
"""

from app.auth.factors import policy, registry
from app.auth.interactions.prompt import Check, Prompt
from app.auth.sessions import assurance

FRESH_SECONDS = 300  # how old a proof may be for what changes how one signs in (W-07)


def level_too_low(situation):
    """No level asked for is reached, and a factor the person has would reach one.

    Asked once: what was not reached by then is told as it is. Never beside a deed, whose approval
    reaches it.
    """
    if "step_up" in situation.answers or situation.has_deed or not missing(situation):
        return False
    here = situation.presence
    return assurance.satisfies(registry.reach(here.user_id, here.amr), wanted(situation))


def always_due(situation):
    """Policy wants two factors at every sign-in, whatever is asked for, and who is here showed one.

    So it is with a session that an institution's app meets, begun in a remembered browser (C33).
    """
    return must(situation.presence, situation.institution)


def must(here, institution=None):
    """Does policy want who is here (a Presence) to show the second factor they have, first?

    Whoever has none is asked to set one up instead. institution: as for `enrolment.must`.
    """
    if assurance.satisfies(here.acr, (assurance.TWO_FACTORS,)):
        return False
    wanted = policy.here(here, institution) == policy.ALWAYS
    return wanted and bool(registry.enrolled(here.user_id))


def not_fresh(situation):
    """A deed on the person's own pages needs a proof of now (``fresh`` among the facts)."""
    return bool(situation.facts.get("fresh")) and not is_fresh(situation.presence, situation.now)


def is_fresh(presence, now):
    """Was it shown lately who is here, as surely as this person can?"""
    if assurance.too_old(presence.auth_time, FRESH_SECONDS, now):
        return False
    if assurance.satisfies(presence.acr, (assurance.TWO_FACTORS,)):
        return True
    return not registry.enrolled(presence.user_id)


def asked_for(situation):
    """Return the levels asked for, by an app or by a page of ours, as a tuple."""
    asked = situation.asked
    return tuple(asked.acr_values if asked else situation.facts.get("acr_values", ()))


def wanted(situation):
    """Return the levels that who is here must reach, as a tuple: those asked for.

    Where nobody asks, a sign-in that looked odd needs two factors all the same (S83).
    """
    levels = asked_for(situation)
    if not levels and situation.presence and situation.presence.risk == "step_up":
        return (assurance.TWO_FACTORS,)
    return levels


def missing(situation):
    """Are levels asked for, and none reached by who is here?"""
    levels = wanted(situation)
    return bool(levels) and not assurance.satisfies(situation.presence.acr, levels)


PROMPT = Prompt(
    "step_up",
    "/step-up",
    (
        Check("always_due", "a second factor is required", always_due, "login_required"),
        Check("level_too_low", "a surer sign-in is required", level_too_low, "login_required"),
        Check("not_fresh", "a fresh proof is required", not_fresh, "login_required"),
    ),
)
