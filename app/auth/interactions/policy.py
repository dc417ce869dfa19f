"""The ordered prompts, asked one after another until one says stop."""

from app.auth.interactions.prompts import (
    approval,
    consent,
    contact,
    dead_end,
    enrolment,
    invitation,
    login,
    new_password,
    second_factor,
    step_up,
)

SIGNING_IN = (second_factor.PROMPT, login.PROMPT, contact.PROMPT, new_password.PROMPT)
SURELY = (enrolment.PROMPT, step_up.PROMPT)

FOR_ACCOUNT = (*SIGNING_IN, *SURELY, invitation.PROMPT)
FOR_AUTHORIZE = (dead_end.PROMPT, *FOR_ACCOUNT, approval.PROMPT, consent.PROMPT)


def next_prompt(situation):
    """Return ``(prompt, check)`` of the first reason to stop, or None when there is none."""
    for prompt in FOR_AUTHORIZE if situation.asked else FOR_ACCOUNT:
        check = prompt.reason(situation)
        if check:
            return prompt, check
    return None
