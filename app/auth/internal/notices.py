"""Tell a person something, for a service to whom it happened (S111, `decisions.md` §2)."""

import re

from app.auth.flows.services import tell_person
from app.auth.internal import calling
from app.foundation import web
from app.foundation.problem_documents import wrong

internal_notices = calling.door("internal_notices")

SCOPE = "notices:send"
_ID = re.compile(r"[\x21-\x7e]{1,100}")


@internal_notices.post("/internal/notices")
def send():
    """Take a notice to a person, once however often its id comes."""
    caller = calling.service(SCOPE)
    body = web.json_body(id=str, sub=str, notice=str, data=dict)
    if not _ID.fullmatch(body["id"]):
        raise calling.Invalid([wrong("id", "invalid_id", "1 to 100 visible ASCII characters.")])
    try:
        tell_person.tell(caller, body["id"], body["sub"], body["notice"], body["data"])
    except tell_person.WrongData as problem:
        found = [wrong(f"data.{n}", "invalid_data", why) for n, why in problem.fields]
        raise calling.Invalid(found, problem.status) from None
    return {"accepted": True}, 202
