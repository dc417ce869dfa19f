"""Tell somebody something: the authorization server knows by which ways (`decisions.md` §2)."""

from app.bank.authority import asking
from app.foundation.problems import Problem

SCOPE = "notices:send"
PATH = "/internal/notices"
_ACCEPTED = 202


class NotTaken(Problem):
    """The authorization server will never take this notice."""

    code = "notice_not_taken"
    status = 422


def send(notice_id, sub, notice, data):
    """Hand the ``notice`` (a name) to the person ``sub`` over; the same id is told once.

    data: the values that it is told by. Raises asking.Away: it may be taken later. Raises NotTaken:
    it never will, since nobody is called so, or the notice is none that people are told.
    """
    body = {"id": notice_id, "sub": sub, "notice": notice, "data": data}
    status, answer = asking.ask(PATH, SCOPE, body)
    if status != _ACCEPTED:
        code = answer.get("code")
        raise NotTaken(detail=code if isinstance(code, str) and code else f"status_{status}")
