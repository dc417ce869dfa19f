"""Dead ends: no page helps any more, and the client is told at once why."""

from app.auth.interactions.prompt import Check, Prompt
from app.auth.interactions.prompts import approval, enrolment, login, step_up
from app.auth.sessions import assurance


def another_came(situation):
    """Who signed in is not the person asked for: asking once more would not help."""
    signed_in = situation.presence is not None and "login" in situation.answers
    return signed_in and login.someone_else(situation)


def out_of_reach(situation):
    """An essential ``acr`` is not met, and nothing more that the person can show would help.

    OpenID Connect Core §5.5.1.1, Core Error Code unmet_authentication_requirements §2.
    """
    asked, here = situation.asked, situation.presence
    if not asked.acr_essential or (here and assurance.satisfies(here.acr, asked.acr_values)):
        return False
    if not assurance.attainable(asked.acr_values):
        return True
    more = here is None or step_up.level_too_low(situation) or enrolment.needed(situation)
    if more or approval.can_be_given(situation):
        return False
    return not login.PROMPT.reason(situation)


PROMPT = Prompt(
    "dead_end",
    None,
    (
        Check(
            "another_came",
            "another person signed in than the one asked for",
            another_came,
            "login_required",
        ),
        Check(
            "out_of_reach",
            "the acr that the claims ask for as essential cannot be reached",
            out_of_reach,
            "unmet_authentication_requirements",
        ),
    ),
)
