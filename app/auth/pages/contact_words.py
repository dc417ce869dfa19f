"""How an address or a number reads to a person, a part of it hidden, and refusals about codes."""

from app.auth.accounts import counts
from app.auth.hosted import forms
from app.foundation import masks, words


def shown(step):
    """Return where the code of a :class:`verification.Step` went: whole to who just typed it."""
    if step.where is None:
        return None
    if step.newcomer:
        return step.where
    return masks.email(step.where) if step.channel == "email" else masks.phone(step.where)


def told(problem):
    """Return the :class:`forms.Notice` of a refusal about a code, with its hour if it has one."""
    if isinstance(problem, counts.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
