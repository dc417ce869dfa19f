"""Enrolment: a second factor is needed, and this person has none."""

from app.auth.factors import policy, registry
from app.auth.interactions.prompt import Check, Prompt
from app.auth.interactions.prompts import step_up
from app.auth.sessions import assurance


def mandated(situation):
    """The policy wants two factors of this person, whatever is asked for."""
    return must(situation.presence, situation.institution)


def must(here, institution=None):
    """Does policy want who is here (a Presence) to set up a second factor first (C33)?

    institution: the code of the one whose app asks.
    """
    if assurance.satisfies(here.acr, (assurance.TWO_FACTORS,)):
        return False
    wanted = policy.mandates(policy.here(here, institution))
    return wanted and not registry.enrolled(here.user_id)


def needed(situation):
    """A level is asked for that the person could reach with a factor they have not.

    Asked once, and the person may go on without. Never because a sign-in looked odd: whoever has
    stolen a password must not be asked to set up a factor of their own. Nor beside a deed.
    """
    levels, here = step_up.asked_for(situation), situation.presence
    if "enrolment" in situation.answers or situation.has_deed:
        return False
    if assurance.satisfies(here.acr, levels):
        return False
    if not assurance.attainable(levels):
        return False
    reached = registry.reach(here.user_id, here.amr)
    return not assurance.satisfies(reached, levels) and _offered(situation)


def _offered(situation):
    return policy.offers(policy.here(situation.presence, situation.institution))


PROMPT = Prompt(
    "enrolment",
    "/enrolment",
    (
        Check("mandated", "a second factor must be set up", mandated, "interaction_required"),
        Check("needed", "a surer sign-in must be set up", needed, "login_required"),
    ),
)
