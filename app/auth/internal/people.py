"""Who is meant by a name: for a service that was given one (`decisions.md` §2)."""

from flask import current_app

from app.auth.flows.services import resolve_person
from app.auth.internal import calling
from app.foundation import clock, keeping, limits, web
from app.foundation.problem_documents import wrong
from app.foundation.problems import NotFound

internal_people = calling.door("internal_people")

SCOPE = "people:resolve"
SAME_TIME = 0.03  # seconds before which nobody hears whether there is such a person
LONGEST = 255
LARGEST_ID = 2**63 - 1


@internal_people.post("/internal/people/resolve")
def resolve():
    """Answer who is meant by the one name that is sent, in the same time if it is nobody."""
    keeping.answer_no_sooner(clock.ticks() + SAME_TIME)
    caller = calling.service(SCOPE)
    limits.hit("people_resolve", caller, current_app.config["RESOLVE_RATE_LIMIT"])
    person = resolve_person.resolve(*_named())
    if person is None:
        raise NotFound("Nobody goes by that name.")
    wallet = {"may_open": not person.missing, "missing": list(person.missing)}
    told = person._asdict()
    del told["missing"]
    return told | {"wallet": wallet}


def _named():
    """The kind of name in the body, and the name. Raises calling.Invalid."""
    body = web.json_body()
    kinds = [kind for kind in body if kind in resolve_person.KINDS]
    if len(body) != 1 or not kinds:
        known = ", ".join(resolve_person.KINDS)
        raise calling.Invalid([wrong("", "one_name", f"Send exactly one of {known}.")])
    [(kind, value)] = body.items()
    if kind == "user_id":
        fits = type(value) is int and 1 <= value <= LARGEST_ID
    else:
        fits = isinstance(value, str) and 1 <= len(value) <= LONGEST
    if not fits:
        raise calling.Invalid([wrong(kind, "kind", "It is of the wrong kind.")])
    return kind, value
