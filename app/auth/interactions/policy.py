"""The ordered prompts, asked one after another until one says stop."""

from app.auth.interactions.prompts import consent, dead_end, login, new_password

FOR_AUTHORIZE = (dead_end.PROMPT, login.PROMPT, new_password.PROMPT, consent.PROMPT)
FOR_ACCOUNT = (login.PROMPT, new_password.PROMPT)


def next_prompt(situation):
    """Return ``(prompt, check)`` of the first reason to stop, or None when there is none."""
    for prompt in FOR_AUTHORIZE if situation.asked else FOR_ACCOUNT:
        check = prompt.reason(situation)
        if check:
            return prompt, check
    return None
