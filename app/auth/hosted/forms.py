"""Read a form, say what was wrong with it, and show it again."""

from dataclasses import dataclass, field
from typing import NamedTuple

from flask import make_response, render_template, request

from app.foundation import words
from app.foundation.problems import Problem

LONGEST_LINE = 254  # characters; the longest e-mail address (RFC 5321 §4.5.3.1)


@dataclass(frozen=True)
class Filled:
    """What was typed, by field, and the sentence for each field that is wrong."""

    values: dict
    wrong: dict = field(default_factory=dict)


class Notice(NamedTuple):
    """What the page says above its form. kind: danger or warn."""

    kind: str
    heading: str
    sentences: tuple


def read(**missing):
    """Return the form of this request as :class:`Filled`.

    missing: field → message key for when it was left empty, or None where that is fine. White
    space around a value is not part of it, unless it is a password.
    """
    values = {name: request.form.get(name, "") for name in missing}
    for name in missing:
        if "password" not in name:
            values[name] = values[name].strip()[:LONGEST_LINE]
    wrong = {name: words.t(key) for name, key in missing.items() if key and not values[name]}
    return Filled(values, wrong)


def told(problem, *more, **values):
    """Return the :class:`Notice` that tells a person of ``problem``; ``more`` are sentences."""
    heading = f"{problem.key}_heading"
    return Notice(
        "warn" if problem.status == 429 else "danger",
        words.t(heading if words.known(heading) else "error.title"),
        (words.t(problem.key, **values), *more),
    )


def page(name, status=200, **context):
    """Return the page ``name`` with ``status``; its title says so when that is a refusal.

    name: of a template of ours: ``login`` is in ``pages``, ``admin/client`` where it says.
    """
    context["failed"] = status >= 400
    template = f"{name}.html" if "/" in name else f"pages/{name}.html"
    return make_response(render_template(template, **context), status)


def again(name, problem, **context):
    """Return the page ``name`` after ``problem``: its status, and when to come back (429)."""
    answer = page(name, problem.status, state=state_of(problem), **context)
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


class Incomplete(Problem):
    """A field is missing or not good: the sentence stands beside it."""

    code = "incomplete_form"
    status = 422


def state_of(problem):
    """Return the page's state after ``problem``, for machines."""
    return "limited" if problem.status == 429 else "error"
